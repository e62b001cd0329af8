"""A Strands agent with a tool, and a failure. Its spans are the SDK's own."""

import os
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from strands import Agent, tool
from strands.models.openai import OpenAIModel

sys.tracebacklimit = 0
provider = TracerProvider(resource=Resource({"service.name": os.environ["OTEL_SERVICE_NAME"]}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


@tool
def get_weather(city: str) -> str:
    """Gives the weather of a city."""
    return f"4 degrees and rain in {city}"


def agent(name, model):
    attributes = {"session.id": "session-1", "user.id": "user-1"}
    llm = OpenAIModel(model_id=model)
    return Agent(name=name, model=llm, tools=[get_weather], trace_attributes=attributes, callback_handler=None)


agent("weather_agent", "gpt-5-mini")("What is the weather in Oslo?")
try:
    agent("broken_agent", "no-such-model")("What is the weather in Oslo?")
except Exception as error:  # The failure is what is recorded.
    print(type(error).__name__)
provider.shutdown()
