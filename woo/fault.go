package woo

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// fault is a JSON error of the store, or of a plugin that answers in its place.
type fault struct {
	status  int
	code    string
	message string
	data    json.RawMessage
	params  map[string]string
}

// readFault reads an error object and tells whether it is one. On a success status only an unmistakable error object
// counts: output printed too early makes WordPress answer 200 around an error (docs/woocommerce/authentication.md#headers-already-sent), and a JWT
// plugin does so always (jwt-200-error).
func readFault(body json.RawMessage) (fault, bool) {
	if !mayBeFault(body) {
		return fault{}, false
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
		return fault{}, false
	}
	if len(wire.Errors) > 0 && wire.Code == nil {
		return legacyFault(wire.Errors)
	}
	f := fault{code: text(wire.Code), message: text(wire.Message), data: wire.Data}
	f.status, f.params = readFaultData(wire.Data)
	switch {
	case wire.Success != nil && !*wire.Success && wire.StatusCode >= http.StatusBadRequest:
		f.status = wire.StatusCode
		return f, true
	case f.code != "" && wire.Message != nil:
		// A resource with a code and a message but no error status (none in core) is not taken for an error.
		return f, f.status >= http.StatusBadRequest || f.data == nil || bytes.Equal(f.data, []byte("null"))
	case text(wire.Error) != "":
		// miniOrange's shape; only the HTTP status makes it an error (docs/woocommerce/authentication.md#auth-hijack-miniorange).
		f.code, f.message = text(wire.Error), wire.ErrorText
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

// readFaultData reads data.status and data.params. Refunds carry a bare number (docs/woocommerce/answers.md#refund-500-is-4xx), missing
// arguments come as a list of names, wrong ones as an object with reasons.
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
func legacyFault(errors json.RawMessage) (fault, bool) {
	type item struct{ Code, Message string }
	var one item
	if json.Unmarshal(errors, &one) == nil && one.Code != "" {
		return fault{code: one.Code, message: one.Message}, true
	}
	var many []item
	if json.Unmarshal(errors, &many) == nil && len(many) > 0 && many[0].Code != "" {
		return fault{code: many[0].Code, message: many[0].Message}, true
	}
	return fault{}, false
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
