"""The same document system over SOAP: WSDL first, an ASMX-style service with its habits, on lxml alone."""
