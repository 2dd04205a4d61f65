package forward

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lastWords is how long a command that is told to end may take to do so.
const lastWords = 500 * time.Millisecond

// Command is a sink that runs a command line of the shell for each delivery, with the delivery on its standard input.
type Command struct {
	// Shell and its arguments come before the command line: sh -c.
	Shell []string
	Line  string
	// Env is the environment, to which the facts of the delivery are added.
	Env            []string
	Stdout, Stderr io.Writer
}

// Deliver runs the command and takes an exit status of 0 for yes. The command is told to end when the context ends.
func (c *Command) Deliver(ctx context.Context, d Delivery) error {
	args := slices.Concat(c.Shell[1:], []string{c.Line})
	cmd := exec.CommandContext(ctx, c.Shell[0], args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(d.Body), c.Stdout, c.Stderr
	cmd.Env = slices.Concat(c.Env, environment(d))
	endWhole(cmd)
	cmd.WaitDelay = lastWords
	if err := cmd.Run(); err != nil {
		if cmd.ProcessState != nil && cmd.ProcessState.Exited() {
			return &refusal{why: fmt.Sprintf("the command ends with exit status %d", cmd.ProcessState.ExitCode())}
		}
		return &refusal{why: "the command cannot be run: " + err.Error()}
	}
	return nil
}

// environment tells a command what most want to know without reading JSON: WAYBILL_EVENT_STORE and so on. The prefix
// keeps them apart from Waybill's own settings.
func environment(d Delivery) []string {
	env := []string{"WAYBILL_EVENT_TYPE=" + d.Type, "WAYBILL_EVENT_SEQ=" + strconv.FormatInt(d.Seq, 10),
		"WAYBILL_EVENT_DELIVERY=" + d.ID}
	for name, value := range d.Facts {
		env = append(env, "WAYBILL_EVENT_"+strings.ToUpper(name)+"="+value)
	}
	return env
}
