package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
)

func TestReasonsAreToldInPlainWords(t *testing.T) {
	t.Parallel()
	var object map[string]json.RawMessage
	read := func(text string) error { return fmt.Errorf("row 1: %w", json.Unmarshal([]byte(text), &object)) }
	listen := func(address string) error {
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
		if err == nil {
			_ = l.Close()
		}
		return err
	}
	busy, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	_, missing := os.Open(filepath.Join(t.TempDir(), "none"))
	for _, c := range []struct {
		err  error
		want string
	}{
		{read(`"text"`), "it is a string"}, {read("5"), "it is a number"}, {read("{"), "it breaks off before its end"},
		{read("{a:1}"), "'a' at byte 2 does not belong there"},
		{listen("1"), "it has no port"}, {listen("a:b:c"), "it is no address with a port from 0 to 65535"},
		{listen("127.0.0.1:999999"), "it is no address with a port from 0 to 65535"},
		{listen("127.0.0.1:x"), "the port must be a number"},
		{listen(busy.Addr().String()), "something else listens there"},
		{missing, "no such file or directory"}, {errors.New("as it is"), "as it is"},
	} {
		if c.err == nil {
			t.Errorf("%s: nothing failed", c.want)
		} else if got := problem.Reason(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
