"""The faults that `tools/drill` injects, one or a few of a kind in a file. Each is a function of an empty folder and the options."""
from . import clock, control, disk, killed, objects, overload, receivers, restarted, rolling

FAULTS = {
    "control": control.control, "app": killed.app, "worker": killed.worker, "postgres": killed.postgres, "disk": disk.disk, "log": disk.log,
    "restart": restarted.restart, "failover": restarted.failover, "objects": objects.objects, "smtp": receivers.smtp, "oidc": receivers.oidc,
    "webhook": receivers.webhook, "clock": clock.clock, "overload": overload.overload, "rolling": rolling.rolling,
}
