package showcase

import (
	"context"
	"os/exec"
	"runtime"
)

// OpenBrowser opens an address in the browser of the person at this machine, where there is one: on Linux where a
// screen is. It says whether a browser was started, and does not wait for it.
func OpenBrowser(ctx context.Context, getenv func(string) string, address string) bool {
	var opener []string
	switch runtime.GOOS {
	case "darwin":
		opener = []string{"open", address}
	case "windows":
		opener = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	default:
		if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" {
			return false
		}
		opener = []string{"xdg-open", address}
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), opener[0], opener[1:]...)
	if cmd.Start() != nil {
		return false
	}
	go func() { _ = cmd.Wait() }() // what it says is for nobody
	return true
}
