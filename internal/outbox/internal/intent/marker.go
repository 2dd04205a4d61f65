package intent

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
)

// Marked returns the body as it is sent: with the marker where a lost answer would otherwise leave doubt.
func Marked(w Write, body json.RawMessage) (json.RawMessage, error) {
	t := Targets[w.Resource]
	var o document.Object
	if len(body) == 0 {
		o = document.Object{}
	} else if err := json.Unmarshal(body, &o); err != nil {
		return nil, fmt.Errorf("outbox: body of write %s: %w", w.ID, err)
	}
	switch {
	case w.Action == Create && t.Recognised == ByMeta:
		meta, err := appendMeta(o["meta_data"], MarkerKey, w.ID)
		if err != nil {
			return nil, fmt.Errorf("outbox: meta_data of write %s: %w", w.ID, err)
		}
		o["meta_data"] = meta
	case AddsStock(w):
		meta, err := appendMeta(o["meta_data"], StockMarkerKey, w.ID)
		if err != nil {
			return nil, fmt.Errorf("outbox: meta_data of write %s: %w", w.ID, err)
		}
		o["meta_data"] = meta
	case w.Action == Update && w.Resource == storage.Orders:
		if err := MarkNewLines(o, w.ID); err != nil {
			return nil, fmt.Errorf("outbox: lines of write %s: %w", w.ID, err)
		}
	}
	return json.Marshal(o)
}

func appendMeta(list json.RawMessage, key, id string) (json.RawMessage, error) {
	var entries []json.RawMessage
	if document.Kind(list) == '[' {
		if err := json.Unmarshal(list, &entries); err != nil {
			return nil, err
		}
	}
	entry, err := json.Marshal(map[string]string{"key": key, "value": id})
	if err != nil {
		return nil, err
	}
	return json.Marshal(append(entries, entry))
}

// AddsLines says whether an update adds lines, which two requests would add twice.
func AddsLines(body json.RawMessage) bool {
	o, err := document.Parse(body)
	return err == nil && len(NewLinesOf(o)) > 0
}

// MarkerOf returns the id of the write that created a record; empty when the record carries no marker.
func MarkerOf(record json.RawMessage) string {
	var r struct {
		Meta json.RawMessage `json:"meta_data"`
	}
	if json.Unmarshal(record, &r) != nil {
		return ""
	}
	return MetaMarker(r.Meta)
}

// MetaMarker returns the id of the write whose marker stands in a list of meta data; empty when there is none.
func MetaMarker(list json.RawMessage) string {
	var entries []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if json.Unmarshal(list, &entries) != nil {
		return ""
	}
	for _, e := range entries {
		var id string
		if e.Key == MarkerKey && json.Unmarshal(e.Value, &id) == nil {
			return id
		}
	}
	return ""
}

// Created says, by the record's marker, whether a create has made a record.
func Created(w Write, record json.RawMessage) bool {
	t := Targets[w.Resource]
	if t.Recognised == ByMeta {
		return MarkerOf(record) == w.ID
	}
	sent, err1 := document.Parse(w.Body)
	stored, err2 := document.Parse(record)
	if err1 != nil || err2 != nil {
		return false
	}
	for _, field := range t.Fields {
		value, given := sent[field]
		if !given {
			continue
		}
		if !document.Alike(value, stored[field]) {
			return false
		}
	}
	return true
}
