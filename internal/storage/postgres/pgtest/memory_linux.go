package pgtest

import "syscall"

// roomy is how much must be free in memory for the databases of one test binary.
const roomy = 4 << 30

// memory is a directory that lies in memory, where there is one with room: a database for each test is hundreds of
// small files. Empty is the usual place.
func memory() string {
	const shared = "/dev/shm"
	var held syscall.Statfs_t
	if syscall.Statfs(shared, &held) != nil || int64(held.Bavail)*held.Bsize < roomy {
		return ""
	}
	return shared
}
