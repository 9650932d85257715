"""People who may sign in at the desk: what they may do, and how they show that it is they."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from survey_app.errors import NotFound
from survey_app.roles import Role
from survey_app.storage.desk import attempts, codes, passwords
from survey_app.storage.desk.audit import Audit
from survey_app.storage.desk.person import (
    Person,
    Refused,
    Taken,
    fit_group,
    fit_name,
    fit_role,
    of_row,
    plain_name,
)
from survey_app.storage.desk.tables import PersonRow, RecoveryCodeRow, SessionRow
from survey_app.storage.receipts import Digests

if TYPE_CHECKING:
    from survey_app.storage.fence import Transaction


class People:
    """Every method is one transaction or a few, and raises StorageError as those of Storage do.

    `by` is who does it, for the audit log.
    """

    def __init__(self, writing: Transaction, reading: Transaction, digests: Digests, audit: Audit) -> None:
        self._writing = writing
        self._reading = reading
        self._digests = digests
        self._audit = audit

    def find(self, name: str) -> Person | None:
        """The person of that name, also one who may not sign in any more."""
        with self._reading() as connection:
            row = connection.execute(
                select(PersonRow).where(PersonRow.name == plain_name(name))
            ).one_or_none()
        return of_row(row) if row else None

    def everybody(self) -> list[Person]:
        """All of them, those who may sign in first, in order of their names."""
        query = select(PersonRow).order_by(PersonRow.active.desc(), PersonRow.name)
        with self._reading() as connection:
            return [of_row(row) for row in connection.execute(query)]

    def add(self, name: str, role: Role, group: str | None, password: str, *, by: str) -> Person:
        """Somebody new, who has to change the password at first. Raises NoName, Groupless, or Taken."""
        person = Person(fit_name(name), fit_role(role), fit_group(role, group), fresh=True)
        kept = passwords.hashed(password)
        with self._writing() as connection:
            if connection.execute(select(PersonRow.name).where(PersonRow.name == person.name)).first():
                raise Taken(f"There is somebody called {person.name} already. Choose another name.")
            told = {"role": person.role, "group": person.group}
            values = {"name": person.name, "role": person.role, "research_group": person.group}
            connection.execute(
                insert(PersonRow).values(**values, password=kept, fresh=True, totp=None, step=0, active=True)
            )
            self._audit.append(connection, by, "person added", person.name, told)
        return person

    def change(self, name: str, *, role: Role, group: str | None, active: bool, by: str) -> None:
        """Give somebody another role or group, or take or give back the right to sign in; sessions end everywhere.

        Raises Refused where nobody could do that afterwards, Groupless for a researcher without a group, NotFound where
        there is nobody of that name.
        """
        group = fit_group(fit_role(role), group, active=active)
        with self._writing() as connection:
            before = self._found(connection, name)
            after = replace(before, role=role, group=group, active=active)
            if after == before:
                return
            values = {"role": role, "research_group": group, "active": active}
            connection.execute(update(PersonRow).where(PersonRow.name == before.name).values(values))
            self._keep_a_coordinator(connection)
            self._end_sessions(connection, before.name)
            self._audit.append(connection, by, "rights changed", before.name, _changes(before, after))

    def check_password(self, name: str, password: str) -> Person | None:
        """The person whose name and password these are, and who may sign in; else None. Raises Held.

        A wrong one is written down.
        """
        name = plain_name(name)
        kept = self._attempt(name)
        if not passwords.matches(kept, password[: passwords.LONGEST + 1]):
            self._audit.add("", "sign-in refused", name if kept is not None else "")
            return None
        with self._writing() as connection:
            attempts.take_back(connection, self._digests.attempts(name))
        if kept is not None and passwords.is_dated(kept):
            self._hash_anew(name, kept, password)
        return self.find(name)

    def check_code(self, name: str, code: str) -> bool:
        """Whether that is the code of now, which was not used yet, or an unused recovery code. Raises Held.

        The code is used up by that.
        """
        self._attempt(name)
        with self._writing() as connection:
            how = self._take_code(connection, name, code)
            if how is None:
                self._audit.append(connection, "", "code refused", name, {})
                return False
            self._forget_attempts(connection, name)
            if how == "recovery code":
                left = _codes_left(connection, name)
                self._audit.append(connection, name, "recovery code used", name, {"left": left})
        return True

    def offered_secret(self, token: str) -> str:
        """The secret that whoever is signed in with `token` may take for codes; always the same for that token."""
        return codes.written(self._digests.seed(token))

    def enrol(self, name: str, secret: str, code: str) -> list[str] | None:
        """Take `secret` for codes from now on, if `code` shows that the phone has it; gives new recovery codes.

        None where the code is wrong. Raises Held. Sessions end everywhere.
        """
        self._attempt(name)
        step = codes.step(secret, code, 0)
        if step is None:
            return None
        locked = codes.lock(secret, self._digests.second_factor(), name)
        with self._writing() as connection:
            mine = update(PersonRow).where(PersonRow.name == name)
            connection.execute(mine.values(totp=locked, step=step))
            given = self._give_recovery_codes(connection, name)
            self._forget_attempts(connection, name)
            self._end_sessions(connection, name)
            self._audit.append(connection, name, "codes set up", name, {})
        return given

    def new_recovery_codes(self, name: str) -> list[str]:
        """New recovery codes in the place of all earlier ones."""
        with self._writing() as connection:
            given = self._give_recovery_codes(connection, name)
            self._audit.append(connection, name, "recovery codes drawn", name, {})
        return given

    def recovery_codes_left(self, name: str) -> int:
        """How many recovery codes the person has not used yet."""
        with self._reading() as connection:
            return _codes_left(connection, name)

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Another password, which is fresh if somebody else sets it; sessions end everywhere. Raises NotFound."""
        kept = passwords.hashed(password)
        with self._writing() as connection:
            person = self._found(connection, name)
            mine = update(PersonRow).where(PersonRow.name == person.name)
            connection.execute(mine.values(password=kept, fresh=by != person.name))
            self._forget_attempts(connection, person.name)
            self._end_sessions(connection, person.name)
            self._audit.append(connection, by, "password changed", person.name, {})

    def forget_codes(self, name: str, *, by: str) -> None:
        """Let somebody set up codes anew, who lost the phone; sessions end everywhere. Raises NotFound."""
        with self._writing() as connection:
            person = self._found(connection, name)
            connection.execute(
                update(PersonRow).where(PersonRow.name == person.name).values(totp=None, step=0)
            )
            connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == person.name))
            self._forget_attempts(connection, person.name)
            self._end_sessions(connection, person.name)
            self._audit.append(connection, by, "codes taken away", person.name, {})

    def forgive(self, name: str) -> None:
        """Forget the wrong attempts before a right one that was the last step."""
        with self._writing() as connection:
            self._forget_attempts(connection, name)

    def forget_old_attempts(self) -> None:
        """Delete the counts of wrong attempts that no longer count."""
        with self._writing() as connection:
            attempts.forget_old(connection)

    def _attempt(self, name: str) -> str | None:
        """Count an attempt as wrong; gives the hash of whoever has that name and may sign in. Raises Held."""
        with self._writing() as connection:
            attempts.begin(connection, self._digests.attempts(name))
            return connection.execute(
                select(PersonRow.password).where(PersonRow.name == name, PersonRow.active)
            ).scalar_one_or_none()

    def _hash_anew(self, name: str, kept: str, password: str) -> None:
        """Hashes made since then cost more to try; this is the moment at which the password is known."""
        new = passwords.hashed(password)
        mine = update(PersonRow).where(PersonRow.name == name, PersonRow.password == kept)
        with self._writing() as connection:
            connection.execute(mine.values(password=new))

    def _forget_attempts(self, connection: Connection, name: str) -> None:
        attempts.forget(connection, self._digests.attempts(name))

    def _take_code(self, connection: Connection, name: str, code: str) -> str | None:
        """Use up a code; gives which kind it was, None where it is none."""
        query = select(PersonRow.totp, PersonRow.step).where(PersonRow.name == name).with_for_update()
        row = connection.execute(query).one_or_none()
        if row is None or row.totp is None:
            return None
        secret = codes.unlock(row.totp, self._digests.second_factor(), name)
        step = codes.step(secret, code, row.step)
        if step is not None:
            connection.execute(update(PersonRow).where(PersonRow.name == name).values(step=step))
            return "code"
        digest = self._digests.recovery_code(name, codes.plain(code))
        used = connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.digest == digest))
        return "recovery code" if used.rowcount else None

    def _give_recovery_codes(self, connection: Connection, name: str) -> list[str]:
        given = codes.recovery_codes()
        connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == name))
        rows = [{"digest": self._digests.recovery_code(name, each), "person": name} for each in given]
        connection.execute(insert(RecoveryCodeRow), rows)
        return given

    def _found(self, connection: Connection, name: str) -> Person:
        query = select(PersonRow).where(PersonRow.name == plain_name(name)).with_for_update()
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is nobody called {name}.")
        return of_row(row)

    def _keep_a_coordinator(self, connection: Connection) -> None:
        able = (
            select(PersonRow.name).where(PersonRow.role == "coordinator", PersonRow.active).with_for_update()
        )
        if not connection.execute(able).all():
            raise Refused("The last coordinator who may sign in has to stay. Make somebody else one first.")

    def _end_sessions(self, connection: Connection, name: str) -> None:
        connection.execute(delete(SessionRow).where(SessionRow.person == name))


def _codes_left(connection: Connection, name: str) -> int:
    query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.person == name)
    return connection.execute(query).scalar_one()


def _changes(before: Person, after: Person) -> Mapping[str, str]:
    """What changed, as it was and as it is."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in ("role", "group", "active")}
    return {name: f"{was} → {now_}" for name, (was, now_) in pairs.items() if was != now_}
