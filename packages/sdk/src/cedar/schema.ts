/** Cedar schema of what a policy is asked: an agent executes a node, or calls a tool, and the facts of the step are the context. */
export const STEP_SCHEMA = `
type StepFacts = {
  "attempt": Long,
  "delegation": Set<String>,
  "edge_from": Set<String>,
  "node": String,
  "node_kind": String,
  "risk_tier": Long,
  "sensitive_kinds": Set<String>,
  "taint_labels": Set<String>,
  "tenant": String,
  "visit": Long,
  "workflow": String
};
entity Agent = { "scopes": Set<String>, "tenant": String };
entity Node;
entity Tool;
action "execute" appliesTo { principal: [Agent], resource: [Node], context: StepFacts };
action "call_tool" appliesTo { principal: [Agent], resource: [Tool], context: StepFacts };
`;
