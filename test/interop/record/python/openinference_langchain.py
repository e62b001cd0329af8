import langchain_calls
import telemetry
from openinference.instrumentation.langchain import LangChainInstrumentor

provider = telemetry.start()
LangChainInstrumentor().instrument(tracer_provider=provider)
langchain_calls.run()
provider.shutdown()
