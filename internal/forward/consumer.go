package forward

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/internal/filelock"
)

// Consumer is a reader of the log with a name, and how far it is. Its position is kept in a file of the data directory,
// which one process at a time may hold.
type Consumer struct {
	path string
	lock *os.File
	at   position
}

// position is what the file holds.
type position struct {
	Consumer  string    `json:"consumer"`
	Seq       int64     `json:"seq"`
	UpdatedAt time.Time `json:"updated_at"`
}

// consumerName keeps names usable as names of files everywhere.
var consumerName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// OpenConsumer opens a consumer of a data directory for this process alone. Close it.
func OpenConsumer(data, name string) (*Consumer, error) {
	if !consumerName.MatchString(name) {
		return nil, noConsumerName(name)
	}
	dir := filepath.Join(data, "consumers")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	c := &Consumer{path: filepath.Join(dir, name+".json"), at: position{Consumer: name}}
	lock, err := filelock.Open(filepath.Join(dir, name+".lock"))
	if err != nil {
		return nil, unusable(dir, err)
	}
	if err := filelock.Lock(lock, filelock.Exclusive); err != nil {
		if errors.Is(err, filelock.ErrLocked) {
			err = consumerInUse(err, name)
		}
		return nil, errors.Join(err, lock.Close())
	}
	c.lock = lock
	text, err := os.ReadFile(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, errors.Join(unusable(c.path, err), c.Close())
	default:
		if err := json.Unmarshal(text, &c.at); err != nil {
			return nil, errors.Join(unusable(c.path, err), c.Close())
		}
	}
	return c, nil
}

// Seq is the number of the last change that was taken; known is false when there is none yet.
func (c *Consumer) Seq() (seq int64, known bool) { return c.at.Seq, !c.at.UpdatedAt.IsZero() }

// Keep writes down that a change, and all before it, were taken. When it returns the disk has it.
func (c *Consumer) Keep(seq int64) error {
	c.at.Seq, c.at.UpdatedAt = seq, time.Now().UTC()
	text, err := json.Marshal(c.at)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(c.path), ".position-*")
	if err != nil {
		return unusable(c.path, err)
	}
	_, err = file.Write(append(text, '\n'))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.path)
	}
	if err != nil {
		return errors.Join(unusable(c.path, err), os.Remove(file.Name()))
	}
	return nil
}

// Close gives the consumer up.
func (c *Consumer) Close() error { return filelock.Release(c.lock) }

// Position is how far a consumer of a data directory is.
type Position struct {
	Name string    `json:"name"`
	Seq  int64     `json:"position" doc:"The number of the last change that was taken."`
	At   time.Time `json:"moved_at"`
}

// Positions lists the consumers of a data directory by their names. One that cannot be read is left out.
func Positions(data string) ([]Position, error) {
	files, err := filepath.Glob(filepath.Join(data, "consumers", "*.json"))
	if err != nil {
		return nil, unusable(data, err)
	}
	all := []Position{}
	for _, file := range files {
		var at position
		if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &at) == nil && at.Consumer != "" {
			all = append(all, Position{Name: at.Consumer, Seq: at.Seq, At: at.UpdatedAt})
		}
	}
	return all, nil
}
