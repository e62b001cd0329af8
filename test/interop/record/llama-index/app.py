"""A LlamaIndex agent with a tool, a query over an index and a stream."""

import asyncio
import os
import sys

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

sys.tracebacklimit = 0
provider = TracerProvider(resource=Resource({"service.name": os.environ["OTEL_SERVICE_NAME"]}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
LlamaIndexInstrumentor().instrument(tracer_provider=provider)

QUESTION = "What is the weather in Oslo?"


def get_weather(city: str) -> str:
    """Gives the weather of a city."""
    return f"4 degrees and rain in {city}"


def llm(model="gpt-5-mini"):
    return OpenAI(model=model, api_base=os.environ["OPENAI_BASE_URL"], max_retries=0)


async def main():
    tool = FunctionTool.from_defaults(get_weather)
    agent = FunctionAgent(name="weather_agent", tools=[tool], llm=llm(), streaming=False)
    await agent.run(QUESTION)


asyncio.run(main())
embedding = OpenAIEmbedding(model="text-embedding-3-small", api_base=os.environ["OPENAI_BASE_URL"])
index = VectorStoreIndex.from_documents([Document(text="Rain in Oslo.")], embed_model=embedding)
index.as_query_engine(llm=llm()).query(QUESTION)
for _ in llm().stream_complete(QUESTION):
    pass
provider.shutdown()
