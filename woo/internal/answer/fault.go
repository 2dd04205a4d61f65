package answer

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Fault is a JSON error of the store, or of a plugin that answers in its place.
type Fault struct {
	Status  int // the one inside the JSON; 0 without one
	Code    string
	Message string
	Data    json.RawMessage
	Params  map[string]string // argument to reason; a missing argument has the reason "missing"
}

// ReadFault reads an error object and tells whether the body is an error. WordPress answers 200 around an error when
// output was printed too early (docs/woocommerce/authentication.md#headers-already-sent), and a plugin for JWT always
// does. So only an unmistakable error object counts as an error.
func ReadFault(body json.RawMessage) (Fault, bool) {
	if !mayBeFault(body) {
		return Fault{}, false
	}
	var wire struct {
		Code       json.RawMessage `json:"code"`
		Message    json.RawMessage `json:"message"`
		Data       json.RawMessage `json:"data"`
		Success    *bool           `json:"success"`
		StatusCode int             `json:"statusCode"`
		Error      json.RawMessage `json:"error"`
		ErrorText  string          `json:"error_description"`
		Errors     json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return Fault{}, false
	}
	if len(wire.Errors) > 0 && wire.Code == nil {
		return legacyFault(wire.Errors)
	}
	f := Fault{Code: text(wire.Code), Message: text(wire.Message), Data: wire.Data}
	f.Status, f.Params = readFaultData(wire.Data)
	switch {
	case wire.Success != nil && !*wire.Success && wire.StatusCode >= http.StatusBadRequest:
		f.Status = wire.StatusCode
		return f, true
	case f.Code != "" && wire.Message != nil:
		// A resource with a code and a message but no error status would not be an error; core has none.
		return f, f.Status >= http.StatusBadRequest || f.Data == nil || bytes.Equal(f.Data, []byte("null"))
	case text(wire.Error) != "":
		// miniOrange's shape; only the HTTP status makes it an error
		// (docs/woocommerce/authentication.md#auth-hijack-miniorange).
		f.Code, f.Message = text(wire.Error), wire.ErrorText
		return f, false
	}
	return f, false
}

// mayBeFault keeps large pages from being decoded twice: an error is an object and names itself early.
func mayBeFault(body json.RawMessage) bool {
	if len(body) == 0 || body[0] != '{' {
		return false
	}
	head := body[:min(len(body), 512)]
	for _, mark := range []string{`"code"`, `"statusCode"`, `"error"`, `"errors"`} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// readFaultData reads data.status and data.params. Refunds carry a bare number
// (docs/woocommerce/answers.md#refund-500-is-4xx), missing arguments come as a list of names, wrong ones as an object
// with reasons.
func readFaultData(data json.RawMessage) (status int, params map[string]string) {
	if json.Unmarshal(data, &status) == nil {
		return status, nil
	}
	var object struct {
		Status json.RawMessage `json:"status"`
		Params json.RawMessage `json:"params"`
	}
	if json.Unmarshal(data, &object) != nil {
		return 0, nil
	}
	_ = json.Unmarshal(object.Status, &status)
	var missing []string
	if json.Unmarshal(object.Params, &missing) == nil && len(missing) > 0 {
		params = make(map[string]string, len(missing))
		for _, name := range missing {
			params[name] = "missing"
		}
		return status, params
	}
	var wrong map[string]json.RawMessage
	if json.Unmarshal(object.Params, &wrong) == nil && len(wrong) > 0 {
		params = make(map[string]string, len(wrong))
		for name, reason := range wrong {
			params[name] = text(reason)
		}
	}
	return status, params
}

// legacyFault reads {"errors":{"code":…}} and {"errors":[{"code":…}]} (docs/woocommerce/routing.md#legacy-api-removed).
func legacyFault(errors json.RawMessage) (Fault, bool) {
	type item struct{ Code, Message string }
	var one item
	if json.Unmarshal(errors, &one) == nil && one.Code != "" {
		return Fault{Code: one.Code, Message: one.Message}, true
	}
	var many []item
	if json.Unmarshal(errors, &many) == nil && len(many) > 0 && many[0].Code != "" {
		return Fault{Code: many[0].Code, Message: many[0].Message}, true
	}
	return Fault{}, false
}

// text is a JSON string's value, or any other scalar as it stands (a code may be a number).
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}
