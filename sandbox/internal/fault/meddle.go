package fault

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// This file is what plugins and people do to a record between a request and the client's look at its effect.

// withoutHiddenMeta is a body without the meta data whose key begins with an underscore, in every record of a batch
// too. It is nil when the body has none. Meta data of lines stays, because plugins of this kind look at the order
// alone.
func withoutHiddenMeta(body []byte) []byte {
	var record map[string]json.RawMessage
	if json.Unmarshal(body, &record) != nil {
		return nil
	}
	changed := strip(record)
	for _, action := range []string{"create", "update"} {
		var items []map[string]json.RawMessage
		if json.Unmarshal(record[action], &items) != nil {
			continue
		}
		for _, item := range items {
			changed = strip(item) || changed
		}
		record[action], _ = json.Marshal(items) // cannot fail: the items were JSON before
	}
	if !changed {
		return nil
	}
	out, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	return out
}

func strip(record map[string]json.RawMessage) bool {
	var entries []struct {
		Key string `json:"key"`
	}
	var raw []json.RawMessage
	if json.Unmarshal(record["meta_data"], &entries) != nil || json.Unmarshal(record["meta_data"], &raw) != nil {
		return false
	}
	kept := []json.RawMessage{}
	for i, e := range entries {
		if !strings.HasPrefix(e.Key, "_") {
			kept = append(kept, raw[i])
		}
	}
	record["meta_data"], _ = json.Marshal(kept)
	return len(kept) < len(entries)
}

// trashing lets the store act and then puts each order that it made into the trash, by the same key.
func trashing(f Fault, next http.Handler) http.Handler {
	if !f.Trashes {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made := record(next, r)
		var answer struct {
			ID     int64 `json:"id"`
			Create []struct {
				ID int64 `json:"id"`
			} `json:"create"`
		}
		_ = json.Unmarshal(made.body, &answer) // an answer without a record means that no order was made
		ids := []int64{answer.ID}
		for _, item := range answer.Create {
			ids = append(ids, item.ID)
		}
		for _, id := range ids {
			if id != 0 && r.Method == http.MethodPost {
				record(next, trashRequest(r, id))
			}
		}
		made.write(w)
	})
}

func trashRequest(r *http.Request, id int64) *http.Request {
	inner := r.Clone(r.Context())
	inner.Method = http.MethodDelete
	inner.URL.Path = strings.TrimSuffix(
		strings.TrimSuffix(inner.URL.Path, "/batch"), "/",
	) + "/" + strconv.FormatInt(id, 10)
	inner.URL.RawPath, inner.URL.RawQuery = "", ""
	inner.RequestURI = inner.URL.Path
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(nil)), 0
	inner.Header.Del("Content-Type")
	return inner
}
