import { Mesh, MeshEvent } from '@spanledger/workflow';

const mesh = new Mesh({ policy: { id: 'desk', version: '1', rules: [] } });
mesh.register({ id: 'planner', kind: 'agent', run: ({ task }) => `a plan for ${task}` });
mesh.register({ id: 'writer', kind: 'agent', run: ({ task }) => `a reply by ${task}` });
mesh.on(MeshEvent.POLICY_VIOLATION, ({ nodeId, reason }) => console.warn(nodeId, reason));
const result = await mesh.runWorkflow(
  { name: 'support', nodes: ['planner', 'writer'] },
  { input: 'Where is my parcel?' },
);
console.log(result.status, result.output);
