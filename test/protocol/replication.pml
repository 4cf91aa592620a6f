/*
 * Confirmation, lease, promotion, leader change and return, as runtime/control-plane/replication carries them out.
 *
 * Two regions with one database and two control planes each. A control plane that takes no step is paused; a message
 * that is not delivered is late, or lost once another takes its place. docs/protocol.md says what is left out, and
 * what each property means. Every MUTATION_ takes one rule away and must give a counter-example. With WITNESS there is a
 * third place that both regions ask, and a writer whose standby is gone goes on alone without an operator.
 */

/* Names of runtime/model/region-state.ts and replication/peer-messages.ts, which a test compares; `active` is Promela's. */
mtype:role = { fenced, standby, active_, frozen, draining, solo }
mtype:message = { state, probe, confirmation }

/* Bounds of one search; the test gives others. */
#ifndef ROWS
#define ROWS 5       /* revisions a database can hold */
#endif
#ifndef SEQUENCERS
#define SEQUENCERS 4 /* spells of leading a writable database */
#endif
#ifndef EPOCHS
#define EPOCHS 3
#endif
#ifndef CRASHES
#define CRASHES 1    /* a leader ends and forgets all */
#endif
#ifndef LOST_SESSIONS
#define LOST_SESSIONS 1 /* the leader's lock is free, and the leader does not know */
#endif
#ifndef RESTORES
#define RESTORES 0   /* the writer's database is replaced by an older copy of itself */
#endif
#ifndef FENCES
#define FENCES 0     /* every process of a region is ended, and proved to be */
#endif
#ifndef SWITCHOVERS
#define SWITCHOVERS 0
#endif
#ifndef TTL
#define TTL 2        /* of the lease, in ticks */
#endif
#ifndef MARGIN
#define MARGIN 1
#endif
#ifndef DRIFT
#define DRIFT 1      /* how far two clocks may drift apart while a lease lasts */
#endif
#ifdef MUTATION_PROMOTION_WAIT
#define WAIT 0
#else
/* At worst the clock of who waits is the fast one; where it is not, promotion comes later, which is less. */
#define WAIT (TTL + MARGIN - DRIFT)
#endif

#define REGION(i) ((i) / 2)
#define PEER(r) (1 - (r))
#define NOBODY 4
/* `epoch mod 64` is the region's permanent index; here, odd epochs belong to region 0 and even ones to region 1. */
#define OWNER(epoch) (1 - (epoch) % 2)
#define NEXT_EPOCH(epoch, r) ((epoch) + 1 + (OWNER((epoch) + 1) != (r)))

/*
 * A sequencer stands for its space of nonces, so that a row is the number of the sequencer that wrote it; its place is
 * its revision.
 */
typedef Row { unsigned nonce : 3 }
typedef Database {
  Row row[ROWS];
  unsigned revision : 3;     /* of the newest row */
  bool inRecovery;   /* it follows the other region's */
  bool alone;        /* `solo`, persisted */
  unsigned leader : 3;       /* the control plane whose session holds the leader's lock */
  bool stopped       /* every process of the region has ended */
}
typedef Sequencer { unsigned epoch : 3; unsigned first : 3 }

typedef ControlPlane {
  mtype:role role;
  bool leads;        /* it believes that its session holds the lock */
  /* Leading a writable database. */
  bool learned;      /* the peer knows of no newer epoch */
  bool mandate;      /* leave to begin an epoch */
  unsigned term : 3;         /* its sequencer */
  unsigned lease : 2;        /* ticks since the probe was sent that was confirmed last; TTL when it has run out */
  bool settled;      /* its newest row is confirmed */
  /* Following. */
  unsigned probeFrom : 3;    /* the sequencer whose probe came last */
  unsigned probeAge : 2;     /* ticks since that was sent, by the sender's clock */
  bool looked;       /* it has read its replica, and not yet spoken */
  unsigned seenRevision : 3;
  unsigned seenNonce : 3;
  bool decided;      /* to promote */
  bool writerEnded;
#ifdef WITNESS
  bool claimed;      /* it has written its name to the witness, and not acted on that yet */
  unsigned givesBack : 3; /* the epoch whose writer it is about to write there, as confirmed; a crash does not stop that */
#endif
  unsigned promotionWait : 3 /* ticks since it last confirmed, or began to lead */
}
typedef Confirmation { unsigned revision : 3; unsigned nonce : 3; unsigned probeFrom : 3; unsigned probeAge : 2 }

#ifdef WITNESS
/* The witness: which region may go on without the other. */
typedef Record { unsigned epoch : 3; bit region; bool alone }
Record record;
#endif
Database database[2];
ControlPlane control[4];
Confirmation confirmed[2]; /* under way to that region; `revision` 0: none */
Sequencer sequencer[SEQUENCERS + 1];
byte sequencers;
byte newestEpoch;
byte crashes, lostSessions, restores, fences, switchovers;
/* For the properties alone: the sequencer of the acknowledged row at each revision. */
byte acknowledged[ROWS];

#define DB(i) database[REGION(i)]
#define EPOCH(r) sequencer[database[r].row[database[r].revision - 1].nonce].epoch
#define HOLDS_LOCK(i) (control[i].leads && DB(i).leader == i)
#ifdef MUTATION_LEASE_CHECK
#define HELD(i) true
#else
#define HELD(i) (control[i].lease < TTL)
#endif
#define WRITES(i) (control[i].role == active_ || control[i].role == frozen || control[i].role == draining || control[i].role == solo)

#ifdef MUTATION_NONCE_CHECK
#define REPEATS_NONCE(i, message) (message.revision >= sequencer[control[i].term].first && message.revision <= DB(i).revision)
#else
#define REPEATS_NONCE(i, message) (message.nonce == control[i].term)
#endif
/* A control plane that has just started knows of no epoch, and says so before it knows whether it leads. */
#ifdef MUTATION_IGNORANT_PEER
#define PEER_KNOWS_NOTHING_NEWER(r) true
#else
#ifdef MUTATION_EPOCH_CHECK
#define PEER_KNOWS_NOTHING_NEWER(r) (database[PEER(r)].leader != NOBODY)
#else
#define PEER_KNOWS_NOTHING_NEWER(r) (database[PEER(r)].leader != NOBODY && EPOCH(PEER(r)) <= EPOCH(r))
#endif
#endif
#ifdef MUTATION_CONFIRMING_AFTER_DECIDING
#define MAY_CONFIRM(i) true
#else
#define MAY_CONFIRM(i) (!control[i].decided)
#endif
#define MAY_LOOK(i) (HOLDS_LOCK(i) && control[i].role == standby && !control[i].looked && MAY_CONFIRM(i))
/* Where the writer goes on alone, it has acknowledged what is not here: `allowDataLoss`, once its processes have ended. */
#ifdef MUTATION_WRITER_ALONE
#define MAY_DECIDE(r) true
#else
#define MAY_DECIDE(r) (!database[r].alone || database[PEER(r)].stopped)
#endif
/* An operator gives one order to promote at a time. */
#define ORDERED(i) (control[i].decided || control[i].mandate)
#define ONE(r) (2 * (r))
#define OTHER(r) (2 * (r) + 1)
/* The numbers of probes are unlike those of any other process. */
#ifdef MUTATION_PROBE_NUMBERS
#define RENEWS(i, message) true
#else
#define RENEWS(i, message) (message.probeFrom == control[i].term)
#endif

#ifdef WITNESS
#define MAY_CLAIM(r, held, epochBegun) (record.epoch < held || record.region == r && record.epoch <= epochBegun || record.epoch == held && !record.alone)
#define IS_CLAIMED(r, epochNow) (record.region == r && (record.alone || record.epoch > epochNow))
/* Who takes over is confirmed at once where the other region's database follows, and needs no right to go on alone. */
#define CONSENTED(i) (control[i].claimed || database[PEER(REGION(i))].inRecovery)
/* A term is over when another one has written its first row. */
#define IN_TERM(i) (DB(i).row[DB(i).revision - 1].nonce == control[i].term)
#ifdef MUTATION_WITNESS
#define ASKS_WITNESS false
#else
#define ASKS_WITNESS true
#endif
#ifdef MUTATION_GIVING_BACK
#define LED_AFTER_READING(i) control[i].leads
#else
#define LED_AFTER_READING(i) HOLDS_LOCK(i)
#endif
#else
#define CONSENTED(i) true
#endif

byte n;

#ifdef WITNESS
/* Compare-and-swap: whoever had read what stood there before writes no more. */
inline write(epochWritten, byRegion, isAlone) {
  record.epoch = epochWritten;
  record.region = byRegion;
  record.alone = isAlone;
  control[0].givesBack = 0;
  control[1].givesBack = 0;
  control[2].givesBack = 0;
  control[3].givesBack = 0
}
#endif

/* A row is answered with 2xx, for which the right to write was looked at in this very step. */
inline acknowledge(i, upTo) {
  /* Overlap: nobody answers once a later epoch has begun. */
  assert(sequencer[control[i].term].epoch == newestEpoch);
#ifdef REACHED_EPOCH
  /* Not a property: it must fail, and so shows that confirmed writes are acknowledged in that epoch. */
  assert(newestEpoch < REACHED_EPOCH || upTo == sequencer[control[i].term].first);
#endif
  n = sequencer[control[i].term].first;
  do
  :: n < upTo ->
     /* Loss: two acknowledged rows cannot be the same revision. */
     assert(acknowledged[n] == 0 || acknowledged[n] == control[i].term);
     acknowledged[n] = control[i].term;
     n++
  :: else -> break
  od;
  n = 0
}

inline everyAcknowledgedRowIsIn(r) {
  n = 0;
  do
  :: n < ROWS ->
     assert(acknowledged[n] == 0 || (n < database[r].revision && database[r].row[n].nonce == acknowledged[n]));
     n++
  :: else -> break
  od;
  n = 0
}

/* Only where an operator has allowed it. */
inline forgetWhatIsNotIn(r) {
  n = 0;
  do
  :: n < ROWS ->
     if
     :: n >= database[r].revision || database[r].row[n].nonce != acknowledged[n] -> acknowledged[n] = 0
     :: else
     fi;
     n++
  :: else -> break
  od;
  n = 0
}

inline forgetLook(i) {
  control[i].looked = false;
  control[i].seenRevision = 0;
  control[i].seenNonce = 0;
  control[i].probeFrom = 0;
  control[i].probeAge = 0
}

inline forget(i) {
  control[i].role = fenced;
  control[i].leads = false;
  control[i].learned = false;
  control[i].mandate = false;
  control[i].term = 0;
  control[i].lease = TTL;
  control[i].settled = false;
  forgetLook(i);
  control[i].decided = false;
  control[i].writerEnded = false;
#ifdef WITNESS
  control[i].claimed = false;
#endif
  control[i].promotionWait = 0
}

inline append(i) {
  DB(i).row[DB(i).revision].nonce = control[i].term;
  DB(i).revision++;
  control[i].settled = false
}

/* Takes the next term and writes the first revision, an empty one. */
inline begin(i, epochBegun) {
  sequencers++;
  sequencer[sequencers].epoch = epochBegun;
  sequencer[sequencers].first = DB(i).revision + 1;
  control[i].term = sequencers;
  control[i].lease = TTL;
  control[i].learned = false;
  control[i].mandate = false;
  control[i].decided = false;
  control[i].writerEnded = false;
  control[i].promotionWait = 0;
  append(i);
  if
  :: DB(i).alone -> control[i].role = solo
  :: else -> control[i].role = frozen
  fi
}

inline takeProbe(i, sender) {
  control[i].probeAge = 0;
  if
  :: control[sender].role == draining -> control[i].probeFrom = 0
  :: else -> control[i].probeFrom = control[sender].term
  fi
}

inline look(i, sender) {
  control[i].looked = true;
  control[i].seenRevision = DB(i).revision;
  control[i].seenNonce = DB(i).row[DB(i).revision - 1].nonce;
  takeProbe(i, sender)
}

inline confirm(i) {
  confirmed[PEER(REGION(i))].revision = control[i].seenRevision;
  confirmed[PEER(REGION(i))].nonce = control[i].seenNonce;
  confirmed[PEER(REGION(i))].probeFrom = control[i].probeFrom;
  confirmed[PEER(REGION(i))].probeAge = control[i].probeAge;
  forgetLook(i);
  if
  :: !control[i].decided -> control[i].promotionWait = 0
  :: else
  fi
}

inline hearConfirmation(i, message) {
  if
  :: REPEATS_NONCE(i, message) ->
     /* What waited is answered before the lease is renewed by the same message. */
     if
     :: HELD(i) && control[i].role != solo -> acknowledge(i, message.revision)
     :: else
     fi;
     if
     :: (SWITCHOVERS > 0 || control[i].role == solo) && message.revision == DB(i).revision && HOLDS_LOCK(i) ->
        control[i].settled = true
     :: else
     fi;
     if
     :: control[i].role != draining && message.probeFrom > 0 && RENEWS(i, message) &&
        message.probeAge < control[i].lease ->
        control[i].lease = (message.probeFrom == control[i].term -> message.probeAge : 0)
     :: else
     fi;
     if
     :: control[i].role == solo && control[i].settled -> DB(i).alone = false; control[i].role = frozen
     :: else
     fi;
     if
     :: control[i].role == frozen && control[i].lease < TTL -> control[i].role = active_
     :: else
     fi
  :: else ->
     if
     /* A row that was never written here: the replica follows another history. */
     :: message.revision >= sequencer[control[i].term].first &&
        sequencer[message.nonce].epoch >= sequencer[control[i].term].epoch ->
        control[i].role = fenced;
        control[i].term = 0;
        control[i].lease = TTL;
        control[i].settled = false
     :: else
     fi
  fi;
  message.revision = 0;
  message.nonce = 0;
  message.probeFrom = 0;
  message.probeAge = 0
}

proctype controlPlane(byte i) {
  do
  /* Runs for the leader's lock. Those of a region that do not lead are alike, so that the first of them stands for both. */
  :: d_step {
       !control[i].leads && DB(i).leader == NOBODY && !DB(i).stopped &&
       (i % 2 == 0 || control[i - 1].leads) ->
       DB(i).leader = i;
       control[i].leads = true;
       if
       :: DB(i).inRecovery -> control[i].role = standby
       :: else
       fi
     }
  /* Notices that its connection is gone. */
  :: d_step { control[i].leads && DB(i).leader != i -> forget(i) }
  /* Hears a newer epoch, or a confirmation that its history is another: begins again from the database. */
  :: d_step {
       HOLDS_LOCK(i) && control[i].role == fenced && DB(i).inRecovery ->
       forget(i); DB(i).leader = NOBODY
     }

  /* state: what the peer's leader holds. */
#ifndef MUTATION_EPOCH_CHECK
  :: d_step {
       WRITES(i) && control[i].leads && database[PEER(REGION(i))].leader != NOBODY &&
       EPOCH(PEER(REGION(i))) > sequencer[control[i].term].epoch ->
       control[i].role = fenced;
       control[i].term = 0;
       control[i].lease = TTL;
       control[i].settled = false
     }
#endif
  :: d_step {
       HOLDS_LOCK(i) && control[i].role == fenced && !control[i].learned && !DB(i).inRecovery &&
       !control[i].mandate && OWNER(EPOCH(REGION(i))) == REGION(i) &&
       PEER_KNOWS_NOTHING_NEWER(REGION(i)) ->
       control[i].learned = true
     }

  /* Leads a database that can be written. */
  :: d_step {
       HOLDS_LOCK(i) && control[i].learned && sequencers < SEQUENCERS && DB(i).revision < ROWS ->
       begin(i, EPOCH(REGION(i)))
     }
  :: d_step {
       HOLDS_LOCK(i) && control[i].mandate && !DB(i).inRecovery &&
       sequencers < SEQUENCERS && DB(i).revision < ROWS ->
       DB(i).alone = !database[PEER(REGION(i))].inRecovery;
       begin(i, NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)));
       everyAcknowledgedRowIsIn(REGION(i));
       assert(sequencer[control[i].term].epoch > newestEpoch);
       newestEpoch = sequencer[control[i].term].epoch
     }
  :: d_step {
       HOLDS_LOCK(i) && DB(i).revision < ROWS &&
       ((control[i].role == active_ || control[i].role == frozen) && HELD(i) || control[i].role == solo) ->
       /* One writer: nobody accepts a write once a later epoch has begun. */
       assert(sequencer[control[i].term].epoch == newestEpoch);
       append(i)
#ifdef MUTATION_CONFIRMATION
       ;
       if
       :: control[i].role != solo -> acknowledge(i, DB(i).revision)
       :: else
       fi
#endif
     }
  :: d_step { WRITES(i) && confirmed[REGION(i)].revision > 0 -> hearConfirmation(i, confirmed[REGION(i)]) }

  /* Follows: takes a probe, looks at its replica and tells what it has seen. */
  :: d_step { MAY_LOOK(i) && WRITES(ONE(PEER(REGION(i)))) -> look(i, ONE(PEER(REGION(i)))); confirm(i) }
  :: d_step { MAY_LOOK(i) && WRITES(OTHER(PEER(REGION(i)))) -> look(i, OTHER(PEER(REGION(i)))); confirm(i) }
  /* It had looked when it lost its session, was paused, and goes on. */
  :: d_step { control[i].looked && MAY_CONFIRM(i) -> confirm(i) }
#ifdef MUTATION_PROBE_AFTER_LOOK
  :: d_step { control[i].looked && WRITES(ONE(PEER(REGION(i)))) -> takeProbe(i, ONE(PEER(REGION(i)))) }
#endif

  /* PUT /antipode/region {role: active}: decides, waits the lease out, promotes. */
  :: d_step {
       control[i].leads && control[i].role == standby && !control[i].decided &&
       NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)) <= EPOCHS && MAY_DECIDE(REGION(i)) &&
       !ORDERED(ONE(PEER(REGION(i)))) && !ORDERED(OTHER(PEER(REGION(i)))) ->
       control[i].decided = true;
       control[i].writerEnded = database[PEER(REGION(i))].stopped || database[PEER(REGION(i))].inRecovery
     }
  :: d_step {
       HOLDS_LOCK(i) && control[i].role == standby && control[i].decided &&
       (control[i].promotionWait >= WAIT || control[i].writerEnded) && CONSENTED(i) ->
       DB(i).inRecovery = false;
       forget(i);
       control[i].leads = true;
       control[i].mandate = true
     }
  /* Is no standby, and is told to take over all the same. */
  :: d_step {
       HOLDS_LOCK(i) && control[i].role == fenced && !DB(i).inRecovery && !control[i].mandate &&
       !control[i].learned && NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)) <= EPOCHS &&
       NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)) > newestEpoch &&
       !ORDERED(ONE(PEER(REGION(i)))) && !ORDERED(OTHER(PEER(REGION(i)))) &&
       (database[PEER(REGION(i))].stopped ||
        OWNER(EPOCH(REGION(i))) != REGION(i) && control[i].promotionWait >= WAIT) ->
       if
       :: database[PEER(REGION(i))].stopped -> forgetWhatIsNotIn(REGION(i))
       :: else
       fi;
#ifdef WITNESS
       write(NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)), REGION(i), true);
#endif
       control[i].mandate = true
     }

#ifdef WITNESS
  /* Who takes over asks the witness once it confirms nothing more; an operator who accepts loss goes on without. */
  :: d_step {
       control[i].decided && !control[i].claimed && control[i].role == standby &&
       (MAY_CLAIM(REGION(i), EPOCH(REGION(i)), NEXT_EPOCH(EPOCH(REGION(i)), REGION(i))) ||
        database[PEER(REGION(i))].stopped) ->
       write(NEXT_EPOCH(EPOCH(REGION(i)), REGION(i)), REGION(i), true);
       control[i].claimed = true
     }
  /* Refused, or the database cannot be promoted after all. */
  :: d_step {
       control[i].decided && control[i].role == standby && !control[i].writerEnded ->
       control[i].decided = false;
       control[i].claimed = false
     }
  /* A writer that nobody confirms asks the witness, and goes on alone. */
  :: d_step {
       control[i].leads && control[i].role == frozen && control[i].lease == TTL && !control[i].claimed &&
       (MAY_CLAIM(REGION(i), sequencer[control[i].term].epoch, sequencer[control[i].term].epoch) || !ASKS_WITNESS) ->
       if
       :: ASKS_WITNESS -> write(sequencer[control[i].term].epoch, REGION(i), true)
       :: else
       fi;
       control[i].claimed = true
     }
  :: d_step {
       control[i].claimed && (control[i].role == frozen || control[i].role == active_) && IN_TERM(i) ->
       control[i].claimed = false;
       control[i].role = solo;
       DB(i).alone = true
     }
  /* Gives back what its region has claimed, once that is over: reads, makes certain that it leads, writes. */
  :: d_step {
       LED_AFTER_READING(i) && control[i].givesBack == 0 && !control[i].claimed &&
       (control[i].role == active_ && HELD(i) || control[i].role == standby && !control[i].decided) &&
       IS_CLAIMED(REGION(i), EPOCH(REGION(i))) ->
       control[i].givesBack = EPOCH(REGION(i))
     }
  :: d_step { control[i].givesBack > 0 -> write(control[i].givesBack, OWNER(control[i].givesBack), false) }
#endif

  /* PUT /antipode/region {role: draining}, and back. */
  :: d_step {
       switchovers < SWITCHOVERS && HOLDS_LOCK(i) && control[i].role == active_ &&
       database[PEER(REGION(i))].inRecovery ->
       switchovers++;
       control[i].role = draining
     }
  :: d_step { HOLDS_LOCK(i) && control[i].role == draining -> forget(i); DB(i).leader = NOBODY }
  od
}

/* What happens to region `r`'s database. */
proctype follows(bit r) {
  do
  /* Streams the next row, as long as what it holds is the beginning of what the other holds. */
  :: d_step {
       database[r].inRecovery && !database[PEER(r)].stopped && !database[r].stopped &&
       database[r].revision < database[PEER(r)].revision &&
       database[r].row[database[r].revision - 1].nonce == database[PEER(r)].row[database[r].revision - 1].nonce ->
       database[r].row[database[r].revision].nonce = database[PEER(r)].row[database[r].revision].nonce;
       database[r].revision++
     }
  :: d_step {
       database[r].inRecovery && database[r].alone && !database[PEER(r)].alone && !database[PEER(r)].stopped &&
       database[r].revision == database[PEER(r)].revision ->
       database[r].alone = false
     }
  /* Switchover: the drained writer's database is stopped, and started as a standby; where that is after the promotion,
     nothing happens here meanwhile. */
  :: d_step {
       database[r].leader != NOBODY && control[database[r].leader].role == draining &&
       control[database[r].leader].settled && database[PEER(r)].revision == database[r].revision &&
       database[PEER(r)].inRecovery ->
       control[database[r].leader].lease = TTL;
       database[r].leader = NOBODY;
       database[r].inRecovery = true
     }
  /* Return: the old writer's database is replaced by a copy of the new one's, which writes. */
  :: d_step {
       !database[r].inRecovery && EPOCH(PEER(r)) > EPOCH(r) && database[PEER(r)].leader != NOBODY &&
       (control[database[PEER(r)].leader].role == active_ || control[database[PEER(r)].leader].role == solo) ->
       everyAcknowledgedRowIsIn(PEER(r));
       n = 0;
       do
       :: n < ROWS -> database[r].row[n].nonce = database[PEER(r)].row[n].nonce; n++
       :: else -> break
       od;
       n = 0;
       database[r].revision = database[PEER(r)].revision;
       database[r].inRecovery = true;
       database[r].alone = database[PEER(r)].alone;
       database[r].leader = NOBODY;
       database[r].stopped = false
     }
  od
}

proctype faults(bit r) {
  do
  :: d_step {
       crashes < CRASHES && control[2 * r].leads ->
       crashes++;
       forget(2 * r);
       if
       :: database[r].leader == 2 * r -> database[r].leader = NOBODY
       :: else
       fi
     }
  :: d_step {
       crashes < CRASHES && control[2 * r + 1].leads ->
       crashes++;
       forget(2 * r + 1);
       if
       :: database[r].leader == 2 * r + 1 -> database[r].leader = NOBODY
       :: else
       fi
     }
  :: d_step {
       lostSessions < LOST_SESSIONS && database[r].leader != NOBODY ->
       lostSessions++;
       if
       :: control[database[r].leader].role == standby && WRITES(ONE(PEER(r))) -> look(database[r].leader, ONE(PEER(r)))
       :: else
       fi;
       database[r].leader = NOBODY
     }
  :: d_step {
       restores < RESTORES && !database[r].inRecovery && !database[r].alone && database[PEER(r)].inRecovery &&
       database[r].revision > 2 ->
       restores++;
       database[r].leader = NOBODY;
       database[r].revision = database[r].revision - 2;
       database[r].row[database[r].revision].nonce = 0;
       database[r].row[database[r].revision + 1].nonce = 0
     }
  :: d_step {
       fences < FENCES && !database[r].stopped ->
       fences++;
       forget(2 * r);
       forget(2 * r + 1);
       database[r].leader = NOBODY;
       database[r].stopped = true
     }
  /* Whoever ends a region to have another promoted keeps it so until that has begun its epoch. */
  :: d_step { database[r].stopped && !ORDERED(ONE(PEER(r))) && !ORDERED(OTHER(PEER(r))) -> database[r].stopped = false }
  od
}

inline grow(counter, limit) {
  if
  :: counter < limit -> counter++
  :: else
  fi
}

inline passAt(i) {
  grow(control[i].lease, TTL);
  if
  :: control[i].role == active_ && control[i].lease == TTL -> control[i].role = frozen
  :: control[i].role == standby || control[i].leads && control[i].role == fenced && OWNER(EPOCH(REGION(i))) != REGION(i) -> grow(control[i].promotionWait, WAIT)
  :: else
  fi
}

/* A probe that is too old to renew anything is none. */
inline age(message) {
  if
  :: message.probeFrom > 0 -> message.probeAge++
  :: else
  fi;
  if
  :: message.probeAge == TTL -> message.probeAge = 0; message.probeFrom = 0
  :: else
  fi
}

/* Time passes by region `r`'s clock: for its leases and waits, and for the probes it has sent. */
inline pass(r) {
  passAt(ONE(r));
  passAt(OTHER(r));
  age(control[ONE(PEER(r))]);
  age(control[OTHER(PEER(r))]);
  age(confirmed[r])
}

#define WAITS(i) (control[i].role == standby || control[i].leads && control[i].role == fenced && OWNER(EPOCH(REGION(i))) != REGION(i))
#define RUNS(i) (control[i].lease < TTL || control[i].looked && control[i].probeFrom > 0 || WAITS(i) && control[i].promotionWait < WAIT)

proctype clock() {
  do
  :: d_step { RUNS(0) || RUNS(1) || RUNS(2) || RUNS(3) || confirmed[0].probeFrom > 0 || confirmed[1].probeFrom > 0 ->
       pass(0); pass(1) }
  od
}

/* No deadlock: where nobody can take a step any more, not even an operator, a bound of this search is used up. */
proctype nobody() {
  timeout ->
  assert(sequencers == SEQUENCERS || database[0].revision == ROWS || database[1].revision == ROWS ||
    NEXT_EPOCH(newestEpoch, 0) > EPOCHS || NEXT_EPOCH(newestEpoch, 1) > EPOCHS);
  false
}

inline beginHistory() {
  sequencers = 1;
  sequencer[1].epoch = 1;
  sequencer[1].first = 1;
  newestEpoch = 1;
  database[0].row[0].nonce = 1;
  database[0].revision = 1;
  database[0].leader = 0;
  database[1].row[0].nonce = 1;
  database[1].revision = 1;
  database[1].inRecovery = true;
  database[1].leader = 2;
  forget(0);
  forget(1);
  forget(2);
  forget(3);
  control[0].leads = true;
  control[0].role = frozen;
  control[0].term = 1;
  control[2].leads = true;
  control[2].role = standby
}

init {
  atomic {
    beginHistory();
    run controlPlane(0);
    run controlPlane(1);
    run controlPlane(2);
    run controlPlane(3);
    run follows(0);
    run follows(1);
    run faults(0);
    run faults(1);
    run clock();
    run nobody()
  }
}
