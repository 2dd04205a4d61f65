package woo

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Meta is one entry of meta_data. Value is whatever an extension stored: text, number, object, list or null, kept as
// JSON. An entry read from an order line also has a key and a value for display.
type Meta struct {
	Record
	ID           int64           `json:"id"`
	Key          string          `json:"key"`
	Value        json.RawMessage `json:"value"`
	DisplayKey   string          `json:"display_key"`
	DisplayValue json.RawMessage `json:"display_value"`
}

func (m *Meta) UnmarshalJSON(b []byte) error { return readRecord(b, m) }
func (m Meta) MarshalJSON() ([]byte, error)  { return writeRecord(&m) }

// TextMeta makes an entry with a text value.
func TextMeta(key, text string) Meta {
	return Meta{Key: key, Value: json.RawMessage(jsonvalue.Quote(text))}
}

// Text is the value when it is a string, and false otherwise.
func (m Meta) Text() (string, bool) {
	var s string
	if len(m.Value) == 0 || m.Value[0] != '"' || json.Unmarshal(m.Value, &s) != nil {
		return "", false
	}
	return s, true
}

// MetaList is meta_data. A key may occur more than once.
type MetaList []Meta

// Get gives the value of the first entry with that key.
func (l MetaList) Get(key string) (json.RawMessage, bool) {
	for i := range l {
		if l[i].Key == key {
			return l[i].Value, true
		}
	}
	return nil, false
}

// Text gives the value of the first entry with that key when it is a string.
func (l MetaList) Text(key string) (string, bool) {
	for i := range l {
		if l[i].Key == key {
			return l[i].Text()
		}
	}
	return "", false
}
