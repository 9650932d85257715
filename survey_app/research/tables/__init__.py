"""Tables at the desk: asked for in an address, counted within the person's scope, drawn, kept and taken along."""
