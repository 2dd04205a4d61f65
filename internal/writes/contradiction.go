package writes

import (
	"bytes"
	"encoding/json"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// said is where a file says what a member of a record shall be.
type said struct {
	value json.RawMessage
	row   intake.Row
}

// contradictions are rows of a file that say otherwise of the same record than a row before: two parcels of one order
// with a tracking number each, an article in two price lists. The later one would win without a word. Rows that say the
// same, or something else of it, are no contradiction.
func contradictions(writes []outbox.Write, rows []intake.Row) (all []*problem.Problem) {
	first := map[storage.Ref]map[string]said{}
	for i, w := range writes {
		if rows[i].Row == 0 || w.Action != outbox.Update || w.RecordID == 0 {
			continue
		}
		record := first[w.Ref()]
		if record == nil {
			record = map[string]said{}
			first[w.Ref()] = record
		}
		for member, value := range membersOf(w.Body) {
			before, twice := record[member]
			if !twice {
				record[member] = said{value, rows[i]}
				continue
			}
			if !bytes.Equal(before.value, value) {
				p := saidOtherwise(w, member, before, value)
				p.Message = placeOf(p, rows[i]) + ": " + p.Message
				all = append(all, p)
				break
			}
		}
	}
	return all
}

// membersOf are the values of a body by their paths. Meta data is told apart by its keys; other lists are values.
func membersOf(body json.RawMessage) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	var add func(path string, raw json.RawMessage)
	add = func(path string, raw json.RawMessage) {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil && len(object) > 0 {
			for name, value := range object {
				if path == "" && name == "inventory_delta" {
					continue // changes of stock add up
				}
				add(join(path, name), value)
			}
			return
		}
		var entries []struct {
			Key   string          `json:"key"`
			Value json.RawMessage `json:"value"`
		}
		if path == "meta_data" && json.Unmarshal(raw, &entries) == nil {
			for _, e := range entries {
				add(join(path, e.Key), e.Value)
			}
			return
		}
		members[path] = raw
	}
	add("", body)
	return members
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
