package rest

import (
	"fmt"
	"net/http"
)

// Response is a handler's answer. The zero Status is 200.
type Response struct {
	Status int
	// Header holds what the handler adds (Location, X-WP-Total, …).
	Header http.Header
	// Body is the data without _links. For one record it is an *Object or Raw. For a collection it is a List, whose
	// elements may be Items. A nil Body is rendered as null.
	Body Value
	// Links become the member _links of a single record, in this order.
	Links []Link
}

// Item is one record of a collection or of a batch answer. Links are merged into Data as _links. Data is an *Object or
// Raw.
type Item struct {
	Data  Value
	Links []Link
}

// Link is one entry of _links. Entries of one relation stand together.
type Link struct {
	Rel        string
	Href       string
	Embeddable bool
	// Attributes are further members, before href in the output.
	Attributes *Object

	hints  []string // the targetHints of a self link, computed early
	hinted bool
}

// SetHeader sets a header of the answer.
func (r *Response) SetHeader(name, value string) {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set(name, value)
}

// Error is WordPress's WP_Error on its way to the client: the answer has Status, and the body {"code", "message",
// "data"}. Data defaults to {"status": Status}.
type Error struct {
	Status  int
	Code    string
	Message string
	// Data replaces {"status": Status}. WooCommerce passes a bare number in some places, and WordPress answers these
	// with HTTP 500 (docs/checks/refund-500-is-4xx.md). For such an error set Data to the number and Status to 500.
	Data Value
	// Additional errors are rendered as additional_errors.
	Additional []*Error
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf returns an Error with data {"status": status}.
func Errorf(status int, code, format string, args ...any) *Error {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	return &Error{Status: status, Code: code, Message: message}
}

// WithData returns an Error whose data is status followed by the given keys and values.
func (e *Error) WithData(keysAndValues ...Value) *Error {
	data := NewObject("status", int64(e.Status))
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		data.Set(keysAndValues[i].(string), keysAndValues[i+1])
	}
	e.Data = data
	return e
}

// Value returns the members code, message and data, as the error appears in an answer and in the error member of a
// batch item.
func (e *Error) Value() *Object {
	data := e.Data
	if data == nil {
		data = NewObject("status", int64(e.Status))
	}
	return NewObject("code", e.Code, "message", e.Message, "data", data)
}
