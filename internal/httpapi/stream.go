package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

const (
	// heartbeat is the time between two signs of life on a stream without changes. Proxies close a connection that is
	// silent for longer.
	heartbeat = 15 * time.Second
	// writeWithin is how long sending a piece of a stream to its reader may take.
	writeWithin = 30 * time.Second
	// stillEvery is the time between two checks that the token of a stream is still valid.
	stillEvery = 30 * time.Second
)

// streamRoute serves changes as server-sent events. It is a handler without huma: the headers must leave before the
// first change, and heartbeats must break the silence.
func (a *API) streamRoute() {
	op := a.declare(operation{id: "stream-changes", method: http.MethodGet, path: "/v1/changes/stream", tag: "Changes",
		summary: "Follow the log of changes as server-sent events", need: access.ChangesRead, within: forever,
		about: "Each event is a change: `id` is its number, `event` is change, `data` the change as list-changes " +
			"shows it. Who connects anew sends the last number in `Last-Event-ID`, as browsers do by themselves, and " +
			"misses nothing. A comment every 15 seconds shows that the stream lives."})
	text := &huma.Schema{Type: huma.TypeString}
	op.Parameters = []*huma.Param{
		{Name: "after", In: "query", Description: "Changes with a greater number; those to come when absent.",
			Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64"}},
		{Name: "store", In: "query", Description: "Only those of this store.", Schema: text},
		{Name: "resource", In: "query", Description: "Only those of these kinds of records, with commas between.",
			Schema: &huma.Schema{Type: huma.TypeArray, Items: text}, Explode: new(bool)},
		{Name: "Last-Event-ID", In: "header", Description: "Number of the last change that was received.", Schema: text},
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The stream",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: text}}}}
	for _, status := range op.Errors {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status),
			Content: map[string]*huma.MediaType{problemType: {Schema: text}}}
	}
	a.huma.OpenAPI().AddOperation(&op)
	a.mux.HandleFunc(op.Method+" "+op.Path, a.stream)
}

// streamQuery reads from a request which part of the log a stream shows, and after which number.
func (a *API) streamQuery(r *http.Request) (q storage.ChangeQuery, err error) {
	given := r.URL.Query()
	var in Selection
	in.Store = given.Get("store")
	for _, list := range given["resource"] {
		in.Resource = append(in.Resource, strings.Split(list, ",")...)
	}
	for name := range given {
		if name != "store" && name != "resource" && name != "after" {
			return q, streamParameterUnknown(name)
		}
	}
	if q, err = a.query(r.Context(), in); err != nil {
		return q, err
	}
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = given.Get("after")
	}
	if after == "" {
		q.After, err = a.Log.LastChange(r.Context())
		return q, err
	}
	if q.After, err = strconv.ParseInt(after, 10, 64); err != nil || q.After < 0 {
		return q, noChangeNumber(after)
	}
	return q, nil
}

func (a *API) stream(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	q, err := a.streamQuery(r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	end, err := a.guard.limits.begin(callerOf(ctx).Actor)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	defer end()
	s := &stream{w: w, control: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // without this nginx keeps answers back
	if s.send(": following changes after %d\nretry: 1000\n\n", q.After) != nil {
		return
	}
	// One goroutine reads the log and passes on each change. Only this goroutine writes to the client.
	changes, ended := make(chan records.NamedChange), make(chan error, 1)
	go func() {
		ended <- a.Log.EachChange(ctx, q, true, func(c records.NamedChange) error {
			select {
			case changes <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	beat, still := time.NewTicker(heartbeat), time.NewTicker(stillEvery)
	defer beat.Stop()
	defer still.Stop()
	for {
		select {
		case c := <-changes:
			err = s.change(c)
		case <-beat.C:
			err = s.send(": \n\n")
		case <-still.C:
			if err = a.Keeper.Still(ctx, callerOf(ctx), requestOf(ctx).from); err != nil {
				_ = s.send(": %s\n\n", problem.From(err).Code)
			}
		case err = <-ended:
			if err != nil && ctx.Err() == nil {
				a.opts.Logger.WarnContext(ctx, "a stream of changes ended", "error", err)
			}
			return
		case <-a.draining:
			_ = s.send(": the server stops; connect again\n\n")
			return
		}
		if err != nil {
			return // the client connects again and continues from its last change
		}
	}
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// send writes a piece and flushes it. The error is for a client that has gone or takes too long.
func (s *stream) send(format string, args ...any) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(writeWithin)) // fails without harm on a server without deadlines
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.control.Flush()
}

func (s *stream) change(c records.NamedChange) error {
	data, err := json.Marshal(wire.ChangeOf(c))
	if err != nil {
		return err
	}
	return s.send("id: %d\nevent: change\ndata: %s\n\n", c.Seq, data)
}
