from txpostgres.reconnection import ConnectionDead as ConnectionDead
from txpostgres.reconnection import DeadConnectionDetector as DeadConnectionDetector
from txpostgres.txpostgres import Connection as Connection
from txpostgres.txpostgres import ConnectionPool as ConnectionPool
from txpostgres.txpostgres import Cursor as Cursor
