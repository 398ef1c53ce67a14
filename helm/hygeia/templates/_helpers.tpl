{{- define "hygeia.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "hygeia.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hygeia.labels" -}}
{{ include "hygeia.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "hygeia.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "hygeia.cluster" -}}
{{ include "hygeia.name" . }}-db
{{- end }}

{{- define "hygeia.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "hygeia.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* What each pod is told, whatever it does. */}}
{{- define "hygeia.env" -}}
{{- $values := .Values -}}
- name: HYGEIA_PUBLIC_URL
  value: {{ required "publicUrl is needed, such as https://hygeia.example.org" $values.publicUrl | quote }}
- name: HYGEIA_DATA_DIR
  value: /data
- name: HYGEIA_LOG_FORMAT
  value: json
- name: TMPDIR
  value: /scratch
{{ if $values.database.cluster.enabled -}}
- name: CLUSTER_URI
  valueFrom:
    secretKeyRef: { name: {{ include "hygeia.cluster" . }}-app, key: uri }
- name: DATABASE_URL
  value: $(CLUSTER_URI)?sslmode=verify-full&sslrootcert=%2Fdatabase-authority%2Fca.crt
{{ else if $values.database.url.authority.name -}}
- name: SERVER_URL
  valueFrom:
    secretKeyRef: {{ include "hygeia.databaseSecret" . }}
- name: DATABASE_URL
  value: $(SERVER_URL)?sslmode=verify-full&sslrootcert=%2Fdatabase-authority%2F{{ $values.database.url.authority.key }}
{{ else -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef: {{ include "hygeia.databaseSecret" . }}
{{ end -}}
- name: HYGEIA_AUDIT_KEY
  valueFrom:
    secretKeyRef:
      name: {{ required "auditKey.secret.name is needed: all pods seal the audit trail with one key" $values.auditKey.secret.name }}
      key: {{ $values.auditKey.secret.key }}
{{- with $values.admin.secret }}
{{- if .name }}
- name: ADMIN_EMAIL
  valueFrom:
    secretKeyRef: { name: {{ .name }}, key: {{ .emailKey }} }
- name: ADMIN_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ .name }}, key: {{ .passwordKey }} }
{{- end }}
{{- end }}
{{- if $values.extraAuthorities.secret.name }}
- name: HYGEIA_EXTRA_CA
  value: /extra-authorities/{{ $values.extraAuthorities.secret.key }}
{{- end }}
{{- if $values.ingress.enabled }}
- name: HYGEIA_TRUSTED_PROXIES
  value: {{ required "ingress.trustedProxies is needed: what the ingress says of clients is believed from there alone" $values.ingress.trustedProxies | join "," | quote }}
{{- end }}
{{- range $provider := $values.oidcProviders }}
- name: HYGEIA_OIDC_{{ $provider.name }}_ISSUER
  value: {{ $provider.issuer | quote }}
- name: HYGEIA_OIDC_{{ $provider.name }}_CLIENT_ID
  valueFrom:
    secretKeyRef: { name: {{ $provider.secret.name }}, key: {{ $provider.secret.clientIdKey }} }
- name: HYGEIA_OIDC_{{ $provider.name }}_CLIENT_SECRET
  valueFrom:
    secretKeyRef: { name: {{ $provider.secret.name }}, key: {{ $provider.secret.clientSecretKey }} }
{{- range $setting, $value := $provider.settings }}
- name: HYGEIA_OIDC_{{ $provider.name }}_{{ $setting }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $name, $value := $values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $values.secretSettings }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: { name: {{ .secret.name }}, key: {{ .secret.key }} }
{{- end }}
{{- end }}

{{- define "hygeia.databaseSecret" -}}
{{- with .Values.database.url.secret -}}
{ name: {{ required "database.url.secret.name is needed, or database.cluster.enabled" .name }}, key: {{ .key }} }
{{- end -}}
{{- end }}

{{/* What each pod has in its file system beside the image, which it cannot write to. */}}
{{- define "hygeia.mounts" -}}
- { name: data, mountPath: /data }
- { name: scratch, mountPath: /scratch }
{{- if or .Values.database.cluster.enabled .Values.database.url.authority.name }}
- { name: database-authority, mountPath: /database-authority, readOnly: true }
{{- end }}
{{- if .Values.extraAuthorities.secret.name }}
- { name: extra-authorities, mountPath: /extra-authorities, readOnly: true }
{{- end }}
{{- end }}

{{- define "hygeia.volumes" -}}
- name: data
  emptyDir: { sizeLimit: 256Mi }
- name: scratch
  emptyDir: { sizeLimit: {{ .scratch }} }
{{- with .root.Values }}
{{- if .database.cluster.enabled }}
- name: database-authority
  secret: { secretName: {{ include "hygeia.cluster" $.root }}-ca, items: [{ key: ca.crt, path: ca.crt }] }
{{- else if .database.url.authority.name }}
- name: database-authority
  secret: { secretName: {{ .database.url.authority.name }} }
{{- end }}
{{- if .extraAuthorities.secret.name }}
- name: extra-authorities
  secret: { secretName: {{ .extraAuthorities.secret.name }} }
{{- end }}
{{- end }}
{{- end }}

{{/* One pod a node where there are enough nodes. */}}
{{- define "hygeia.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "hygeia.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}
