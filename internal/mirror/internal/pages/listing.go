package pages

import (
	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// Of parses an answer whose records stand in any order.
func Of(r storage.Resource, path string, got *ask.Answer) (*Page, error) {
	p := &Page{Total: got.Total, Date: got.Date}
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return nil, ask.Unusable(path, "it is no list")
		}
		one, err := reading.Of(r, raw)
		if err != nil {
			return nil, ask.Unusable(path, "%v", err)
		}
		p.Readings = append(p.Readings, one)
	}
	return p, nil
}

// First returns the first record of an answer; false when the answer has none.
func First(r storage.Resource, path string, got *ask.Answer) (reading.Reading, bool, error) {
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return reading.Reading{}, false, ask.Unusable(path, "it is no list")
		}
		one, err := reading.Of(r, raw)
		return one, err == nil, err
	}
	return reading.Reading{}, false, nil
}
