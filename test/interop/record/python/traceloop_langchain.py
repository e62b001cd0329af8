import langchain_calls
import telemetry
from opentelemetry.instrumentation.langchain import LangchainInstrumentor

provider = telemetry.start()
LangchainInstrumentor().instrument(tracer_provider=provider)
langchain_calls.run()
provider.shutdown()
