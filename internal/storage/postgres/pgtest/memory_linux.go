package pgtest

import "syscall"

// roomy is how many bytes must be free in memory for the databases of one test binary.
const roomy = 4 << 30

// memory is a directory in memory, if there is one with room, because the databases of tests are hundreds of small
// files each. Empty means the usual place.
func memory() string {
	const shared = "/dev/shm"
	var held syscall.Statfs_t
	if syscall.Statfs(shared, &held) != nil || int64(held.Bavail)*held.Bsize < roomy {
		return ""
	}
	return shared
}
