package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	client, err := NewClientWithResponses(os.Getenv("WAYBILL"), WithRequestEditorFn(
		func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+os.Getenv("WAYBILL_TOKEN"))
			return nil
		}))
	if err != nil {
		return err
	}
	name := "generated"
	store, err := client.ConnectStoreWithResponse(ctx, ConnectInputBody{Url: os.Getenv("SHOP_URL"),
		Key: os.Getenv("SHOP_KEY"), Secret: os.Getenv("SHOP_SECRET"), Name: &name})
	if err != nil || store.JSON201 == nil {
		return fmt.Errorf("connect: %w %s", err, store.Body)
	}
	var after int64
	wait, orders := int64(30), []string{"orders"}
	for {
		page, err := client.ListChangesWithResponse(ctx, &ListChangesParams{After: &after, Wait: &wait,
			Resource: &orders})
		if err != nil || page.JSON200 == nil {
			return fmt.Errorf("changes: %w %s", err, page.Body)
		}
		for _, change := range page.JSON200.Changes {
			if change.Id == nil || strconv.FormatInt(*change.Id, 10) != os.Getenv("ORDER") {
				continue
			}
			return track(ctx, client, name, os.Getenv("ORDER"))
		}
		after = page.JSON200.Last
	}
}

func track(ctx context.Context, client *ClientWithResponses, store, id string) error {
	by := GetOrderParamsBy("id")
	order, err := client.GetOrderWithResponse(ctx, store, id, &GetOrderParams{By: &by})
	if err != nil || order.JSON200 == nil {
		return fmt.Errorf("order: %w %s", err, order.Body)
	}
	prefer, key := "wait=40", "track-"+id
	write, err := client.UpdateOrderWithResponse(ctx, store, id,
		&UpdateOrderParams{Prefer: &prefer, IdempotencyKey: &key, IfMatch: &order.JSON200.Tag},
		UpdateOrderJSONRequestBody{"status": "completed", "meta_data": []map[string]string{
			{"key": "_tracking_number", "value": "1Z-generated"}}})
	if err != nil || write.JSON200 == nil || write.JSON200.State != "done" {
		return fmt.Errorf("write: %w %s", err, write.Body)
	}
	text, err := json.Marshal(write.JSON200.Record)
	fmt.Println(string(text))
	return err
}
