"""A page that runs a bundle's .tflite file in a browser, to type with it.

runtime.py   the WebAssembly runtime, fetched from npm once and verified
site.py      every file that is served, by its path; there is no other
access.py    who may ask: loopback, or who has the token
server.py    the HTTP server
page/        the page: plain JavaScript modules, no build step
"""
