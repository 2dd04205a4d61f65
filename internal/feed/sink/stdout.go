package sink

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"sync"

	"github.com/waybillhq/waybill/internal/problem"
)

// stdoutSink prints messages, one a line.
type stdoutSink struct{ out io.Writer }

// printing lets one line be printed at a time, whoever prints.
var printing sync.Mutex

func newStdout(opts Options) (Sink, error) {
	if opts.Stdout == nil {
		return nil, refused("url", "events are not printed here")
	}
	return &stdoutSink{opts.Stdout}, nil
}

// Close does nothing.
func (s *stdoutSink) Close() {}

// Send prints a message.
func (s *stdoutSink) Send(ctx context.Context, m Message) Answer {
	if err := ctx.Err(); err != nil {
		return Answer{Down: true, Why: err.Error()}
	}
	printing.Lock()
	defer printing.Unlock()
	if _, err := s.out.Write(lineOf(m)); err != nil {
		return Answer{Down: true, Why: "nothing can be printed: " + problem.Reason(err)}
	}
	return Answer{}
}

// lineOf is a message as one line of JSON, with its id as the first member.
func lineOf(m Message) []byte {
	var body bytes.Buffer
	if json.Compact(&body, m.Body) != nil || !bytes.HasPrefix(body.Bytes(), []byte("{")) {
		body.Reset()
		body.WriteString("{}")
	}
	id, err := json.Marshal(m.ID)
	if err != nil {
		id = []byte(`""`) // it never fails for a text
	}
	rest := body.Bytes()[1:]
	text := append([]byte(`{"webhook_id":`), id...)
	if len(rest) > 1 {
		text = append(text, ',')
	}
	return append(append(text, rest...), '\n')
}
