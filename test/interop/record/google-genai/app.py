"""Calls of Google's client: a function that the client calls itself, a stream and a failure."""

import os
import sys

from google import genai
from google.genai import errors, types
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

sys.tracebacklimit = 0
provider = TracerProvider(resource=Resource({"service.name": os.environ["OTEL_SERVICE_NAME"]}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
GoogleGenAiSdkInstrumentor().instrument()

MODEL = "gemini-2.5-flash"
QUESTION = "What is the weather in Oslo?"


def get_weather(city: str) -> str:
    """Gives the weather of a city."""
    return f"4 degrees and rain in {city}"


options = types.HttpOptions(base_url=os.environ["GOOGLE_GEMINI_BASE_URL"])
client = genai.Client(api_key="local", http_options=options)
config = types.GenerateContentConfig(tools=[get_weather])
client.models.generate_content(model=MODEL, contents=QUESTION, config=config)
for _ in client.models.generate_content_stream(model=MODEL, contents=QUESTION):
    pass
try:
    client.models.generate_content(model="no-such-model", contents=QUESTION)
except errors.ClientError:
    pass
provider.shutdown()
