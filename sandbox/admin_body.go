package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
)

// longestBody bounds what the administration reads.
const longestBody = 1 << 20

// readBody reads the JSON object that a request carries and says whether there was one. It ignores the Content-Type,
// because curl -d names that of a form. A body that is no object stays unread for the form parser.
func readBody(r *http.Request, into any) (bool, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil {
		return false, err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return false, nil
	}
	r.Header.Set("Content-Type", "application/json") // otherwise the body would count as a form
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields() // a misspelt effect would be a fault that never happens
	if err := decoder.Decode(into); err != nil {
		if _, field, ok := strings.Cut(err.Error(), "unknown field "); ok {
			return true, fmt.Errorf("there is no field %s; the known ones are %s", field,
				strings.Join(fieldNames(reflect.TypeOf(into)), ", "))
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return true, errors.New("the JSON of the body ends early")
		}
		return true, err
	}
	return true, nil
}

// fieldNames are the names that JSON has for a type. The names of a struct inside it follow a point.
func fieldNames(of reflect.Type) (names []string) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return nil
	}
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		names = append(names, name)
		for _, below := range fieldNames(field.Type) {
			names = append(names, name+"."+below)
		}
	}
	return names
}
