from channels.security.websocket import OriginValidator


class BrowserOriginValidator(OriginValidator):
    """Refuses a browser on a foreign page. Only browsers send an Origin; other clients may leave it out."""

    def valid_origin(self, parsed_origin):
        return parsed_origin is None or self.validate_origin(parsed_origin)
