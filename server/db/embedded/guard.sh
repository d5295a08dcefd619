# Guards one database folder, its working directory, for the process at the other end of its standard input.
#
#   - It holds the folder's lock (flock), so that two never run in one folder. The system frees the lock when it leaves.
#   - For each line on standard input it ends whatever still runs in cluster/ and answers "swept".
#   - When standard input ends, however its owner died, it ends the database and leaves.
#
# It runs as the database's user: only then may it look at and signal those processes.
# $1: seconds to wait for the lock. Exit 75: another holds it.

trap '' INT TERM HUP
exec 3<&- 9<.
flock -w "$1" 9 || exit 75

# PostgreSQL keeps its data folder as working directory, in the postmaster and in every child.
residents() {
  for process in /proc/[0-9]*; do
    if [ "$process/cwd" -ef cluster ] || [ "$process/cwd" -ef cluster.new ]; then
      grep -qsE 'postgres|initdb' "$process/cmdline" && echo "${process#/proc/}"
    fi
  done
}

# A fast shutdown first; after a minute an immediate one, then the end by force. The write-ahead log mends the rest.
sweep() {
  tick=0
  while ids=$(residents) && [ -n "$ids" ]; do
    case $tick in
      0) signal=INT ;;
      1200) signal=QUIT ;;
      1400) signal=KILL ;;
      *) signal= ;;
    esac
    if [ "$signal" = KILL ]; then
      kill -KILL $ids 2>/dev/null
    elif [ -n "$signal" ]; then
      postmaster=
      [ -f cluster/postmaster.pid ] && read -r postmaster <cluster/postmaster.pid
      # Its children leave with it; if it was killed, they notice by themselves.
      for id in $ids; do [ "$id" = "$postmaster" ] && kill -"$signal" "$id" 2>/dev/null; done
    fi
    tick=$((tick + 1))
    sleep 0.05
  done
  # Left behind by a killed postmaster. Its number may belong to another process by now, which would keep PostgreSQL from starting.
  rm -f cluster/postmaster.pid
}

echo locked
while read -r _; do
  sweep
  echo swept
done
sweep
