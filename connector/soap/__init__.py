"""The dialect of an ASMX-style SOAP service: shipped WSDL, messages by zeep, answers read from their own bytes."""
