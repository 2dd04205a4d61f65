package sink

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/internal/problem"
)

// fileSink appends messages to a file, one a line. The file is opened for each, so that it may be moved away at any
// time.
type fileSink struct {
	root string
	name string
	mu   sync.Mutex
}

func newFile(r Reach, opts Options) (Sink, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, refused("url", "the address of the file is none").Next("It looks like file:orders.jsonl")
	}
	if opts.Files == "" {
		return nil, refused("url", "events are not written into files here").
			Next("Name the directory for them: subscriptions.files")
	}
	name := fileOf(u)
	if !filepath.IsLocal(name) || name == "." {
		return nil, refused("url", "the file must lie below the directory of subscriptions.files").
			Next("Give its name alone, such as file:orders.jsonl")
	}
	return &fileSink{root: opts.Files, name: name}, nil
}

// fileOf is the path of a file's address: file:orders.jsonl, file:///orders.jsonl.
func fileOf(u *url.URL) string {
	if u.Opaque != "" {
		return filepath.FromSlash(u.Opaque)
	}
	return filepath.FromSlash(strings.TrimPrefix(u.Host+u.Path, "/"))
}

// Close does nothing: the file is not kept open.
func (s *fileSink) Close() {}

// Send appends a message and returns when the disk has it.
func (s *fileSink) Send(ctx context.Context, m Message) Answer {
	if err := ctx.Err(); err != nil {
		return Answer{Down: true, Why: err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.append(lineOf(m)); err != nil {
		return Answer{Down: true, Why: "the file cannot be written: " + problem.Reason(err)}
	}
	return Answer{}
}

func (s *fileSink) append(text []byte) error {
	if err := os.MkdirAll(s.root, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(s.root) // a link cannot lead out of it
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	file, err := root.OpenFile(s.name, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if cutOff(file) {
		text = append([]byte{'\n'}, text...)
	}
	if _, err = file.Write(text); err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// cutOff says whether the last line of a file has no end: the machine went down while it was written. What is appended
// then begins a line of its own; the event of the broken one comes again.
func cutOff(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}
