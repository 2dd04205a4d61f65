package jsontext

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestAListIsOneJSONValueWithAnElementALine(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "[]\n", 1: "[\n{\"id\": 1}\n]\n", 2: "[\n{\"id\": 1},\n{\"id\": 1}\n]\n"} {
		var out bytes.Buffer
		list := NewList(&out)
		for range n {
			if err := list.Add(json.RawMessage(`{"id": 1}`)); err != nil {
				t.Fatal(err)
			}
		}
		if err := list.Close(); err != nil || out.String() != want || !json.Valid(out.Bytes()) {
			t.Errorf("%d elements: %q, %v; want %q", n, &out, err, want)
		}
	}
}

func TestARecordKeepsItsSpelling(t *testing.T) {
	t.Parallel()
	raw := `{"total":"7.0", "big":12345678901234567890, "html":"<b>"}`
	var out bytes.Buffer
	if err := WriteLine(&out, json.RawMessage(raw)); err != nil || out.String() != raw+"\n" {
		t.Errorf("%q, %v", &out, err)
	}
	out.Reset()
	if err := WriteLine(&out, json.RawMessage("{\n\"a\": 1\n}")); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("a value of several lines is not on one line: %q, %v", &out, err)
	}
}

func TestAnObjectKeepsTheOrderOfItsMembers(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(Object{Names: []string{"z", "a", "quote\""}, Values: []any{1, nil, "x"}})
	if want := `{"z":1,"a":null,"quote\"":"x"}`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestTextIsNotEscapedForHTML(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Write(&out, map[string]string{"name": "Tom & <Jerry>"}); err != nil ||
		!strings.Contains(out.String(), "Tom & <Jerry>") {
		t.Errorf("%q, %v", &out, err)
	}
}
