package rest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// maxBody is PHP's post_max_size on a generous host, in bytes. The rest of a longer body is not read.
const maxBody = 64 << 20

// readBody reads and parses the body of a request as PHP and WordPress do together. PHP fills $_POST for POST requests
// with a form. WordPress parses form bodies of other methods, and JSON bodies of every method.
func (r *Request) readBody(h *http.Request) error {
	if h.Body == nil || h.Body == http.NoBody {
		r.jsonBody = isJSONType(h.Header.Get("Content-Type"))
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(h.Body, maxBody))
	if err != nil {
		return err
	}
	r.RawBody = body
	contentType := h.Header.Get("Content-Type")
	media := mediaType(contentType)
	if h.Method == http.MethodPost {
		switch media {
		case "application/x-www-form-urlencoded":
			r.Form = ParseQuery(string(body))
		case "multipart/form-data":
			r.Form = parseMultipart(body, contentType)
		}
	}
	if r.jsonBody = isJSONType(contentType); r.jsonBody {
		r.parseJSON()
	}
	return nil
}

// parseForm parses a form body when the method, after overrides, is not POST: PHP leaves that to WordPress.
func (r *Request) parseForm() {
	if r.Method == http.MethodPost || phpEmpty(r.RawBody) {
		return
	}
	if media := mediaType(r.Header.Get("Content-Type")); media != "" && media != "application/x-www-form-urlencoded" {
		return
	}
	form := ParseQuery(string(r.RawBody))
	for name, v := range r.Form.All() {
		form.Set(name, v)
	}
	r.Form = form
}

func (r *Request) parseJSON() {
	if phpEmpty(r.RawBody) {
		return
	}
	v, err := DecodeJSON(r.RawBody)
	if err != nil {
		fault, _ := errors.AsType[*JSONError](err)
		r.bodyErr = Errorf(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.").
			WithData("json_error_code", int64(fault.Code), "json_error_message", fault.Message)
		return
	}
	switch {
	case IsArray(v):
		r.JSON = AsObject(v)
	case v != nil && v != false:
		r.scalarBody = true
	}
}

// phpEmpty is PHP's empty() for a body.
func phpEmpty(body []byte) bool { return len(body) == 0 || string(body) == "0" }

// mediaType is the part of a content type before its parameters, in lower case; "" when there is none.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	media = lower(strings.TrimSpace(media))
	if !strings.Contains(media, "/") {
		return ""
	}
	return media
}

// isJSONType is wp_is_json_media_type: application/json and every application/x+json.
func isJSONType(contentType string) bool {
	kind, subtype, _ := strings.Cut(mediaType(contentType), "/")
	return kind == "application" && (subtype == "json" || strings.HasSuffix(subtype, "+json"))
}

func parseMultipart(body []byte, contentType string) *Object {
	form := &Object{}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return form
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if part.FileName() != "" {
			continue // uploads are no parameters
		}
		value, err := io.ReadAll(part)
		if err != nil {
			break
		}
		setVariable(form, part.FormName(), string(value))
	}
	normalizeLists(form)
	return form
}
