"""The graph as tools for language models: the Model Context Protocol, by stdio and by HTTP. All of it only reads."""
