"""The dialect of VNPT iOffice's mobile REST interface."""
