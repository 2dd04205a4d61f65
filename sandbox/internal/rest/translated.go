package rest

// translated is an error in the store's language. Only texts follow the language, never code or status
// (docs/checks/localized-message.md).
func (s *Server) translated(e *Error) *Error {
	if s.config.Translate == nil || e.Code == fatalCode {
		return e
	}
	said := *e
	said.Message = s.config.Translate(e.Message)
	if data, ok := e.Data.(*Object); ok {
		said.Data = s.translatedData(data)
	}
	said.Additional = nil
	for _, more := range e.Additional {
		said.Additional = append(said.Additional, s.translated(more))
	}
	return &said
}

// translatedData is data with the messages about single parameters translated.
func (s *Server) translatedData(data *Object) *Object {
	data = data.Clone()
	if params, ok := data.Value("params").(*Object); ok {
		said := &Object{}
		for name, v := range params.All() {
			if text, ok := v.(string); ok {
				v = s.config.Translate(text)
			}
			said.Set(name, v)
		}
		data.Set("params", said)
	}
	if details, ok := data.Value("details").(*Object); ok {
		said := &Object{}
		for name, v := range details.All() {
			if detail, ok := v.(*Object); ok {
				detail = detail.Clone()
				detail.Set("message", s.config.Translate(Text(detail.Value("message"))))
				v = detail
			}
			said.Set(name, v)
		}
		data.Set("details", said)
	}
	return data
}

// body is the error as WordPress sends it.
func (e *Error) body() Value {
	o := e.Value()
	if e.Code == fatalCode {
		o.Set("additional_errors", List{})
		return o
	}
	if len(e.Additional) > 0 {
		more := List{}
		for _, a := range e.Additional {
			more = append(more, a.Value())
		}
		o.Set("additional_errors", more)
	}
	return o
}
