export type { MeshHandler, MeshOptions } from './mesh.ts';
export { Mesh } from './mesh.ts';
export type { MeshEventName, MeshEventRecord } from './mesh-event.ts';
export { MeshEvent } from './mesh-event.ts';
export type { Workflow, WorkflowInput, WorkflowPart, WorkflowResult } from './workflow.ts';
