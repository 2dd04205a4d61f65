// Package problems finds what stands since a time, affects stores or receivers, and needs somebody, and keeps what
// becomes of it. What it calls a problem has a life: it opens, is acknowledged, ignored or resolved, by itself or by a
// person. The kinds of errors, which have no life, are package problem.
//
//   - A look reads how everything stands and says which problems should be open ([Finder], which asks nobody). One
//     transaction then opens, changes and resolves. Looks are counted: of two processes that look at the same time one
//     is too late and changes nothing. A process that dies before that transaction has changed nothing.
//   - Things that fail for one cause at one host are one problem. Where most stores fail for one cause, on many hosts,
//     that is one problem too: the cause is likely here.
//   - Each problem says since when it stands, what it affects, who acts, and what to do. The doctor's words are used
//     where the doctor has looked.
//   - Memory grows with what fails, by a few hundred bytes a store, and not with what there is: stores are read in
//     pieces.
//   - One that comes back within [BackWithin] is the same problem again.
//
// The look also keeps how fresh mirrors are (package freshness). Who is told of a problem, and how, is package alerts.
//
//	looker := problems.NewLooker(db, problems.Options{Now: time.Now})
//	err := looker.Look(ctx)
//	list, err := problems.NewKeeper(db, time.Now).List(ctx, problems.Query{})
package problems
