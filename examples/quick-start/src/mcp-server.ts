import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

// A server for the MCP quick start: one tool that reads, and one that can not be undone.
const server = new McpServer({ name: 'orders', version: '1' });
const inputSchema = { id: z.string() };
server.registerTool('order_state', { inputSchema, annotations: { readOnlyHint: true } }, ({ id }) => ({
  content: [{ type: 'text', text: `${id} is in transit` }],
}));
server.registerTool('order_cancel', { inputSchema, annotations: { destructiveHint: true } }, ({ id }) => ({
  content: [{ type: 'text', text: `${id} is cancelled` }],
}));
await server.connect(new StdioServerTransport());
