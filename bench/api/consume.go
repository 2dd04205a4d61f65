package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// logMore lets orders change until the log has so many changes.
func logMore(ctx context.Context, o options, dir string) error {
	db, err := open(ctx, o, dir)
	if err != nil {
		return err
	}
	defer db.Close()
	shop, err := db.StoreByName(ctx, "shop")
	if err != nil {
		return err
	}
	const piece = 5000
	for logged := o.n; logged < o.changes; logged += piece {
		changes := make([]storage.Change, min(piece, o.changes-logged))
		for i := range changes {
			changes[i] = storage.Change{StoreID: shop.ID, At: time.Now(), Kind: storage.Updated,
				Origin: storage.Foreign, Ref: storage.Ref{Resource: storage.Orders, ID: int64((logged+i)%o.n + 1)},
				Hash: storage.HashOf(fmt.Append(nil, logged+i))}
		}
		err := db.WithinRelaxed(ctx, func(tx storage.Tx) error {
			if _, err := tx.LockStore(ctx, shop.ID); err != nil {
				return err
			}
			_, err := tx.LogChanges(ctx, changes)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// consume reads the whole log as a named consumer, who acknowledges every page, and prints how fast that went.
func consume(ctx context.Context, o options, url, token string) error {
	if err := call(ctx, http.MethodPost, url+"/v1/consumers", token, `{"name":"bench"}`, nil); err != nil {
		return err
	}
	began := time.Now()
	read, last := 0, int64(0)
	for {
		var page struct {
			Changes []struct {
				Seq int64 `json:"seq"`
			} `json:"changes"`
			Last int64 `json:"last"`
		}
		if err := call(ctx, http.MethodGet, url+"/v1/consumers/bench/changes?limit=1000", token, "", &page); err != nil {
			return err
		}
		for _, c := range page.Changes {
			if c.Seq <= last {
				return fmt.Errorf("change %d came after %d", c.Seq, last)
			}
			last = c.Seq
		}
		if len(page.Changes) == 0 {
			break
		}
		read += len(page.Changes)
		err := call(ctx, http.MethodPost, url+"/v1/consumers/bench/ack", token, fmt.Sprintf(`{"seq":%d}`, page.Last), nil)
		if err != nil {
			return err
		}
	}
	took := time.Since(began)
	fmt.Printf("%d changes read and acknowledged by a consumer in %s: %.0f a second\n", read,
		took.Round(time.Millisecond), float64(read)/took.Seconds())
	if read != max(o.changes, o.n) {
		return fmt.Errorf("there were %d changes", max(o.changes, o.n))
	}
	return nil
}

// call makes a request with a body, and reads the answer.
func call(ctx context.Context, method, url, token, body string, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s", method, url, res.Status)
	}
	if into == nil {
		var nothing json.RawMessage
		into = &nothing
	}
	return json.NewDecoder(res.Body).Decode(into)
}
