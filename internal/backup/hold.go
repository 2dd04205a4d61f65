package backup

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Database is a database that was put back to an earlier state.
type Database interface {
	storage.Database
	storage.Archive
}

// Report is what [Hold] found in a database that was put back.
type Report struct {
	// TakenAt is when the backup was made, in UTC.
	TakenAt time.Time `json:"taken_at"`
	Stores  int       `json:"stores"`
	Records int64     `json:"records"`
	// Held is the number of writes that were parked and wait for a person.
	Held int `json:"writes_held"`
}

// CursorName is the cursor of a store whose data were put back. Its value is an [outbox.Restored].
const CursorName = outbox.RestoredCursor

// changesSkipped is how many numbers of changes are left out: more than were used since the backup.
const changesSkipped = 1 << 30

// Hold readies a database that was put back to its state at the time taken: it parks the waiting writes and leaves out
// numbers of changes. Hold may be called again after an error.
func Hold(ctx context.Context, db Database, taken time.Time) (Report, error) {
	report := Report{TakenAt: taken.UTC()}
	stores, err := db.Stores(ctx)
	if err != nil {
		return report, err
	}
	floors, err := highest(ctx, db, &report)
	if err != nil {
		return report, err
	}
	report.Stores = len(stores)
	for _, st := range stores {
		held := 0
		err := db.Within(ctx, func(tx storage.Tx) (err error) {
			held, err = holdStore(ctx, tx, st.ID, floors[st.ID], taken)
			return err
		})
		if err != nil {
			return report, fmt.Errorf("holding the writes of %s: %w", st.Name, err)
		}
		report.Held += held
	}
	given, err := db.Counters(ctx)
	if err != nil {
		return report, err
	}
	if err := db.SetCounters(ctx, map[string]int64{"changes": given["changes"] + changesSkipped}); err != nil {
		return report, err
	}
	return report, db.EndMove(ctx, storage.Move{ID: rand.Text(), State: storage.Arrived, At: taken.UTC(),
		Other: "a backup"})
}

// holdStore parks the waiting writes of one store, and saves the highest ids, with which later writes are compared. It
// returns how many writes it parked.
func holdStore(
	ctx context.Context, tx storage.Tx, storeID int64, floors map[storage.Resource]int64, taken time.Time,
) (int, error) {
	if _, err := tx.LockStore(ctx, storeID); err != nil {
		return 0, err
	}
	waiting, err := tx.FindWrites(ctx, storage.WriteQuery{StoreID: storeID, OldestFirst: true,
		States: []storage.WriteState{
			storage.WritePending, storage.WriteSending, storage.WriteUnknown, storage.WriteParked}})
	if err != nil {
		return 0, err
	}
	var held []storage.Write
	for _, w := range waiting {
		if w, ok := outbox.HeldAfterRestore(w, floors[w.Resource], taken); ok {
			held = append(held, w)
		}
	}
	if len(held) > 0 {
		if err := tx.SaveWrites(ctx, held); err != nil {
			return 0, err
		}
	}
	value, err := json.Marshal(outbox.Restored{TakenAt: taken.UTC(), Floors: floors})
	if err != nil {
		return 0, err
	}
	return len(held), tx.KeepCursors(ctx, storeID, []storage.Cursor{{StoreID: storeID, Name: CursorName, Value: value}})
}

// highest returns the highest id of each resource of each store in the database.
func highest(
	ctx context.Context, db storage.Reader, report *Report,
) (map[int64]map[storage.Resource]int64, error) {
	rows, err := db.Query(ctx, `SELECT store_id, resource, max(id), count(*) FROM records GROUP BY store_id, resource`,
		0)
	if err != nil {
		return nil, err
	}
	floors := map[int64]map[storage.Resource]int64{}
	for _, row := range rows.Values {
		store, _ := row[0].(int64)
		id, _ := row[2].(int64)
		n, _ := row[3].(int64)
		if floors[store] == nil {
			floors[store] = map[storage.Resource]int64{}
		}
		floors[store][storage.Resource(fmt.Sprint(row[1]))] = id
		report.Records += n
	}
	return floors, nil
}
