-- Canonical references meet the names of what they name from now on: the server makes the search rows of these anew.

-- The owner is bound by the policies too, and this concerns the rows of all tenants.
ALTER TABLE resource NO FORCE ROW LEVEL SECURITY;
UPDATE resource SET indexed = false WHERE indexed AND type IN (
    'ActivityDefinition', 'CapabilityStatement', 'ChargeItemDefinition', 'CodeSystem', 'CompartmentDefinition',
    'ConceptMap', 'EffectEvidenceSynthesis', 'EventDefinition', 'Evidence', 'EvidenceVariable', 'ExampleScenario',
    'GraphDefinition', 'ImplementationGuide', 'Library', 'Measure', 'MessageDefinition', 'OperationDefinition',
    'PlanDefinition', 'Questionnaire', 'ResearchDefinition', 'ResearchElementDefinition', 'RiskEvidenceSynthesis',
    'SearchParameter', 'StructureDefinition', 'StructureMap', 'TerminologyCapabilities', 'TestScript', 'ValueSet'
);
ALTER TABLE resource FORCE ROW LEVEL SECURITY;
