"""The shared vocabulary as frozen records: what is asked, of whom, what came back, what was decided."""

from workbook_tools.model.asked import SEVERAL as SEVERAL
from workbook_tools.model.asked import Adding as Adding
from workbook_tools.model.asked import Campaign as Campaign
from workbook_tools.model.asked import Computed as Computed
from workbook_tools.model.asked import Indicator as Indicator
from workbook_tools.model.asked import Kind as Kind
from workbook_tools.model.asked import Need as Need
from workbook_tools.model.asked import Rate as Rate
from workbook_tools.model.asked import Rule as Rule
from workbook_tools.model.asked import UnitType as UnitType
from workbook_tools.model.decided import Decision as Decision
from workbook_tools.model.decided import DecisionKind as DecisionKind
from workbook_tools.model.letter_kinds import LETTER_KEY as LETTER_KEY
from workbook_tools.model.letter_kinds import LetterKind as LetterKind
from workbook_tools.model.letter_kinds import LetterText as LetterText
from workbook_tools.model.report_template import ReportTemplate as ReportTemplate
from workbook_tools.model.returned import NO_FIGURE_CODE as NO_FIGURE_CODE
from workbook_tools.model.returned import Identity as Identity
from workbook_tools.model.returned import Outcome as Outcome
from workbook_tools.model.returned import RawAnswer as RawAnswer
from workbook_tools.model.returned import Return as Return
from workbook_tools.model.returned import State as State
from workbook_tools.model.row_list import RowList as RowList
from workbook_tools.model.units import Roster as Roster
from workbook_tools.model.units import Unit as Unit
from workbook_tools.model.units import split_addresses as split_addresses
