#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <variant>

#include "instruments/formats/Delimited.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Shipped.h"

namespace touchstone::instruments {
namespace {

Mapping mapped(const std::string& json) {
    const auto parsed = Mapping::parse(json);
    const auto* const fault = std::get_if<Finding>(&parsed);
    BOOST_REQUIRE_MESSAGE(fault == nullptr, (fault == nullptr ? "" : fault->message()));
    return std::get<Mapping>(parsed);
}

Reading readBy(const std::string& json, const std::string& bytes) {
    return readDelimited(bytes, mapped(json));
}

/// specimen/position code=value unit, one a line.
std::string told(const Reading& reading) {
    if (reading.refused) return reading.refused->code;
    std::string all;
    for (const Observation& o : reading.observations) {
        all += o.specimen + "/" + o.position + " " + o.code + "=" + o.decimal.value_or("?") + " " + o.unit + "\n";
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(MappingOfTables)

BOOST_AUTO_TEST_CASE(the_header_is_found_by_its_cells_and_units_are_taken_from_it) {
    const std::string json =
        R"j({"header": ["Sample", "Well"], "end": "", "columns": {"specimen": "sample", "position": "Well"},
        "wide": [{"column": "Conc (*)", "code": "conc", "unit": "{1}"}, {"column": "A<n>", "code": "A{1}"},
                 {"column": "Purity", "code": "purity", "optional": true}]})j";
    const std::string bytes =
        "Report\nof today\n\nSample,Well,\"Conc\n(ng/uL)\",A260,A280\nYP-1,A1,7.5,0.150,0.08\n\nYP-2,A2,1,2,3\n";
    BOOST_TEST(told(readBy(json, bytes)) == "YP-1/A1 conc=7.5 ng/uL\nYP-1/A1 A260=0.150 \nYP-1/A1 A280=0.08 \n");
    BOOST_TEST(told(readBy(json, "Sample;Wall\n")) == "no_header");
    BOOST_TEST(told(readBy(json, "Sample;Well\nYP-1;A1\n")) == "no_column");
}

BOOST_AUTO_TEST_CASE(flags_may_stand_beside_each_value) {
    const Reading reading = readBy(
        R"j({"columns": {"specimen": "ID", "flags": "{Error} {next}"}, "wide": [{"column": "*(*)", "code": "{1}", "unit": "{2}"}]})j",
        "ID,Error,WBC(10/uL),WBC/M,HGB(g/L),HGB/M\nYP-1,Func,806,,135,*\nYP-2,,79,-,82,\n");
    std::string flags;
    for (const Observation& o : reading.observations) flags += o.code + " " + o.flags + "\n";
    BOOST_TEST(flags == "WBC Func\nHGB Func *\nWBC -\nHGB \n");
    BOOST_TEST(told(reading).starts_with("YP-1/ WBC=806 10/uL\n"));
}

BOOST_AUTO_TEST_CASE(notes_stand_beside_their_labels) {
    const Reading reading = readBy(
        R"j({"dates": "dmy", "header": ["ID"], "columns": {"specimen": "ID", "value": "Pb"},
        "constants": {"code": "Pb {Line}"}, "notes": {"operator": "User name", "instrument": ["Serial", "Device"],
        "observed_at": "{Date} {Time}", "unit": "Unit"}})j",
        "User Name:,Li\nDevice: SN-7,Date,05/01/2026,Time = 08:30\nUnit,:,mg/kg\nLine: 220.353\nID,Pb\nYP-1,0.020\n");
    BOOST_REQUIRE(reading.observations.size() == 1u);
    const Observation& o = reading.observations[0];
    BOOST_TEST(o.operatorName == "Li");
    BOOST_TEST(o.instrument == "SN-7");
    BOOST_TEST(o.observedAt == "2026-01-05T08:30:00");
    BOOST_TEST(o.unit == "mg/kg");
    BOOST_TEST(o.code == "Pb 220.353");
}

BOOST_AUTO_TEST_CASE(a_note_without_a_label_is_found_by_row_and_column) {
    const Reading reading = readBy(
        R"j({"sections": [{"begin": "Run *", "notes": {"specimen": {"row": 2, "column": 1}, "operator": {"row": 1, "column": 2}},
        "sections": [{"begin": "Pb *", "header": ["Pb"], "constants": {"code": "Pb"}, "columns": {"position": "Pb", "value": 2}}]}]})j",
        "Run,Li\nYP-1\nPb,mg\n1,5\nRun,Wang\nYP-2,x\n\nPb,mg\n1,6\n");
    BOOST_TEST(told(reading) == "YP-1/1 Pb=5 \nYP-2/1 Pb=6 \n");
    BOOST_TEST(reading.observations.at(1).operatorName == "Wang");
}

BOOST_AUTO_TEST_CASE(templates_name_cells_of_their_part) {
    const std::string json =
        R"j({"sections": [{"begin": "Compound*", "header": ["ID", "Pb"], "columns": {"specimen": "ID"},
        "wide": [{"column": "Pb", "code": "{cell 2 1}/{cell 2 2}", "unit": "{cell 9 1}{cell 0 1}{cell 2}{cell x 1}"}]}]})j";
    BOOST_TEST(told(readBy(json, "Compound,Line\nLead,220\nID,Pb\nYP-1,5\nCompound\nTin,303\nID,Pb\nYP-1,6\n")) ==
               "YP-1/ Lead/220=5 \nYP-1/ Tin/303=6 \n");
}

BOOST_AUTO_TEST_CASE(columns_that_are_no_results_are_left_out) {
    BOOST_TEST(told(readBy(R"j({"columns": {"specimen": "ID"}, "missing": ["*.tiff"],
        "wide": [{"column": "Dilution", "code": ""}, {"column": "*", "code": "{1}"}]})j",
                           "ID,Dilution,Pb,Image\nYP-1,10,5,a.tiff\n")) == "YP-1/ Pb=5 \n");
}

BOOST_AUTO_TEST_CASE(a_file_in_which_nothing_is_read_is_refused) {
    BOOST_TEST(told(readBy(R"j({"columns": {"specimen": "ID", "value": "Pb"}, "constants": {"code": "Pb"}})j",
                           "ID,Pb\n")) == "no_results");
    BOOST_TEST(told(readBy(R"j({"constants": {"code": "OD"}, "plate": {"corner": "OD"}})j", "OD,1,2\nA,,\n")) ==
               "no_results");
    BOOST_TEST(
        told(readBy(R"j({"constants": {"code": "OD"}, "sections": [{"begin": "Run", "plate": {"corner": "OD"}}]})j",
                    "Run\nAbs,1,2\nA,1,2\n")) == "no_section");
}

BOOST_AUTO_TEST_CASE(a_block_may_come_again_and_end_anywhere) {
    BOOST_TEST(told(readBy(R"j({"sections": [{"begin": "Type: *", "end": "--*", "header_row": 1,
        "columns": {"specimen": "ID"}, "wide": [{"column": "Pb", "code": "{begin1} Pb"}]}]})j",
                           "junk,1\nType:,Mean\nID,Pb\nYP-1,1\n--,\nYP-9,9\nType:,SD\nID,Pb\nYP-1,0.1\n")) ==
               "YP-1/ Mean Pb=1 \nYP-1/ SD Pb=0.1 \n");
    BOOST_TEST(told(readBy(R"j({"sections": [{"begin": "Nothing", "columns": {"specimen": 1}}]})j", "a,b\n")) ==
               "no_section");
}

BOOST_AUTO_TEST_CASE(rows_are_chosen_carried_down_and_may_be_columns) {
    BOOST_TEST(
        told(readBy(R"j({"header_row": 0, "only": {"#1": "40"}, "columns": {"specimen": 2, "code": 3, "value": 4}})j",
                    "0,head,x,1\n40,YP-1,Na,5.1\n41,YP-2,Na,6\n")) == "YP-1/ Na=5.1 \n");
    BOOST_TEST(
        told(readBy(
            R"j({"carry": ["Plate"], "columns": {"specimen": "{Plate}-{Well}", "position": "Well", "value": "OD"},
                              "constants": {"code": "OD"}})j",
            "Plate,Well,OD\nP1,A1,0.1\n,A2,0.2\n")) == "P1-A1/A1 OD=0.1 \nP1-A2/A2 OD=0.2 \n");
    BOOST_TEST(told(readBy(R"j({"transposed": true, "columns": {"specimen": {"from": "Image", "match": "*-*"}},
                              "wide": [{"column": "Live (*)", "code": "live", "unit": "{1}"}]})j",
                           "Title;\nImage;77-YP-1\nLive (1/mL);2.45E6;\n")) == "YP-1/ live=2450000 1/mL\n");
}

BOOST_AUTO_TEST_CASE(one_of_several_names_will_do) {
    const std::string json =
        R"j({"columns": {"specimen": ["Name", "ID"], "value": ["Conc.", "Amount"], "unit": ["Unit", ""]},
                                 "constants": {"code": "x"}})j";
    BOOST_TEST(told(readBy(json, "Name,ID,Conc.\n,7,1\nYP,8,2\n")) == "7/ x=1 \nYP/ x=2 \n");
    BOOST_TEST(told(readBy(json, "ID,Amount,Unit\n7,1,g\n")) == "7/ x=1 g\n");
    BOOST_TEST(told(readBy(json, "ID,Other\n7,1\n")) == "no_column");
}

BOOST_AUTO_TEST_CASE(what_stands_for_no_value_is_no_result_and_a_word_is_one) {
    const Reading reading = readBy(R"j({"missing": ["N/A", "-"], "kinds": {"NTC*": "control", "Std*": "calibration"},
        "columns": {"specimen": "ID", "value": "Cq", "kind": "Type"}, "constants": {"code": "Cq"}})j",
                                   "ID,Cq,Type\nA,n/a,Unkn\nB,-,Unkn\nC,Undetermined,NTC 1\nD,> 40,Std\n");
    BOOST_REQUIRE(reading.observations.size() == 2u);
    BOOST_TEST(reading.observations[0].value == "Undetermined");
    BOOST_TEST(!reading.observations[0].decimal.has_value());
    BOOST_TEST((reading.observations[0].kind == ObservationKind::Control));
    BOOST_TEST((reading.observations[1].kind == ObservationKind::Calibration));
    BOOST_TEST((reading.observations[1].comparator == Comparator::Greater));
    BOOST_TEST(reading.warnings.empty());
}

BOOST_AUTO_TEST_CASE(names_of_columns_may_stand_in_two_rows) {
    const std::string units =
        R"j({"header_rows": 2, "header": ["ID", "/ml (x10^6)"], "columns": {"specimen": "ID"}, "only": {"Time": "*:*"},
        "wide": [{"column": "Total cells", "code": "count"},
                 {"column": "Total cells /ml (*)", "code": "density", "unit": "{1}/ml"}]})j";
    BOOST_TEST(told(readBy(units,
                           "Report\nID,Time,Total,Total cells\n,,cells,/ml (x10^6)\n0,1,2,3\nYP-1,9:00,40,1.5\n"
                           "ID,Time,Total,Total cells\n,,cells,/ml (x10^6)\nYP-2,9:05,50,1.9\n")) ==
               "YP-1/ count=40 \nYP-1/ density=1.5 x10^6/ml\nYP-2/ count=50 \nYP-2/ density=1.9 x10^6/ml\n");
    BOOST_TEST(told(readBy(units, "ID,Time,Total,Total cells\n\n,,cells,/ml (x10^6)\n")) == "no_header");
    BOOST_TEST(told(readBy(units, "ID,Time\n")) == "no_header");
    const std::string groups =
        R"j({"header_rows": 2, "header": ["Well", "SD"], "columns": {"position": "Well"},
        "wide": [{"column": "* Conc", "code": "conc {1} {{1} Target}"}, {"column": "* SD", "code": "SD {{1} Target}"}]})j";
    BOOST_TEST(told(readBy(groups, ",FAM,,,VIC\nWell,Target,Conc,SD,Target,Conc,SD\nA1,p53,7,0.1,myc,8,0.2\n")) ==
               "/A1 conc FAM p53=7 \n/A1 SD p53=0.1 \n/A1 conc VIC myc=8 \n/A1 SD myc=0.2 \n");
    std::string wide = std::string(1'000, 'F') + "\nWell";
    for (int i = 0; i < 2'000; ++i) wide += ",SD";
    BOOST_TEST(told(readBy(groups, wide + "\nA1,1\n")) == "too_large");
}

BOOST_AUTO_TEST_CASE(each_column_may_be_a_sample) {
    const Reading reading = readBy(
        R"j({"header": ["Sample <n>"], "header_rows": 2, "only": {"#1": "Average"},
        "columns": {"unit": {"from": 3, "match": "Y [*]"}},
        "wide": [{"column": "Sample <n> *", "specimen": "{2}", "position": "{1}", "code": "{#2}", "name": "mean of {#2}"}]})j",
        ",,,Sample 1,Sample 2\n,,,YP-1,YP-2\nAverage,Pb,Y [ppb],7.5,8\nSTD,Pb,Y [ppb],0.1,0.2\nAverage,Cd,Y "
        "[ppm],1,2\n");
    BOOST_TEST(told(reading) == "YP-1/1 Pb=7.5 ppb\nYP-2/2 Pb=8 ppb\nYP-1/1 Cd=1 ppm\nYP-2/2 Cd=2 ppm\n");
    BOOST_REQUIRE(reading.observations.size() == 4u);
    BOOST_TEST(reading.observations[0].name == "mean of Pb");
}

BOOST_AUTO_TEST_CASE(a_table_ends_with_a_warning_where_names_of_other_columns_stand) {
    const std::string json =
        R"j({"header": ["ID", "Time"], "columns": {"specimen": "ID"}, "wide": [{"column": "* (ppb)", "code": "{1}"}]})j";
    BOOST_TEST(told(readBy(json, "ID,Time,Pb (ppb)\nYP-1,1,7\nID,Time,Pb (ppb)\nYP-2,2,8\n")) ==
               "YP-1/ Pb=7 \nYP-2/ Pb=8 \n");
    const Reading cut = readBy(json, "ID,Time,Pb (ppb)\nYP-1,1,7\nID,Time,Ce (ppb)\nYP-2,2,8\n");
    BOOST_TEST(told(cut) == "YP-1/ Pb=7 \n");
    BOOST_REQUIRE(cut.warnings.size() == 1u);
    BOOST_TEST(cut.warnings[0].code == "other_header");
    BOOST_TEST(cut.warnings[0].span.offset == 26u);
    BOOST_TEST(told(readBy(json, "ID,Time,Pb (ppb)\nYP-1,1,7\nID,2,8\nID,Time,9\n")) ==
               "YP-1/ Pb=7 \nID/ Pb=8 \nID/ Pb=9 \n");
    const std::string parts =
        R"j({"sections": [{"begin": "ID Time *", "header": ["ID", "Time"], "columns": {"specimen": "ID"},
        "wide": [{"column": "* (ppb)", "code": "{1}"}]}]})j";
    BOOST_TEST(told(readBy(parts, "ID,Time,Pb (ppb)\nYP-1,1,7\nID,Time,Ce (ppb)\nYP-2,2,8\n")) ==
               "YP-1/ Pb=7 \nYP-2/ Ce=8 \n");
    const std::string twoRows =
        R"j({"header": ["ID", "(ppb)"], "header_rows": 2, "columns": {"specimen": "ID *"},
        "wide": [{"column": "* (ppb)", "code": "{1}"}]})j";
    const Reading second = readBy(twoRows, "ID,Pb\nunit,(ppb)\nYP-1,7\nID,Ce\nunit,(ppb)\nYP-2,8\n");
    BOOST_TEST(told(second) == "YP-1/ Pb=7 \n");
    BOOST_TEST(second.warnings.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_unit_may_stand_right_of_its_value) {
    BOOST_TEST(told(readBy(R"j({"columns": {"specimen": "ID"},
        "wide": [{"column": "Tube", "code": "tube", "unit": "{next}"}, {"column": "Stock", "code": "stock", "unit": "{next}"}]})j",
                           "ID,Tube,Units,Stock,Units\nYP-1,30.4,ng/mL,6.08,ng/uL\nYP-2,1,,2\n")) ==
               "YP-1/ tube=30.4 ng/mL\nYP-1/ stock=6.08 ng/uL\nYP-2/ tube=1 \nYP-2/ stock=2 \n");
}

BOOST_AUTO_TEST_CASE(a_template_takes_the_first_name_that_says_anything) {
    BOOST_TEST(
        told(readBy(R"j({"columns": {"specimen": "ID"}, "wide": [{"column": "Cq", "code": "Cq {Target|Gene|Dye}"}]})j",
                    "ID,Gene,Dye,Cq\nYP-1,p53,FAM,20\nYP-1,,VIC,21\nYP-1,,,22\n")) ==
        "YP-1/ Cq p53=20 \nYP-1/ Cq VIC=21 \nYP-1/ Cq=22 \n");
}

BOOST_AUTO_TEST_CASE(a_column_that_chooses_rows_must_be_there) {
    const std::string json =
        R"j({"columns": {"specimen": "ID", "value": "V"}, "constants": {"code": "c"}, "only": {"Type": "*"}})j";
    BOOST_TEST(told(readBy(json, "ID,V\nYP-1,1\n")) == "no_column");
}

BOOST_AUTO_TEST_CASE(thousands_may_be_parted_by_blanks_of_any_width) {
    const std::string json =
        R"j({"thousands": " ", "columns": {"specimen": "ID", "value": "V"}, "constants": {"code": "c"}})j";
    BOOST_TEST(told(readBy(json,
                           "ID,V\nYP-1,274 000\nYP-2,1\xC2\xA0"
                           "274\xC2\xA0"
                           "000\nYP-3,5\xE2\x80\xAF"
                           "000\n")) == "YP-1/ c=274000 \nYP-2/ c=1274000 \nYP-3/ c=5000 \n");
}

BOOST_AUTO_TEST_CASE(percent_thousands_and_remarks_belong_to_numbers) {
    const Reading reading = readBy(
        R"j({"thousands": ",", "columns": {"specimen": "ID", "value": "V"}, "constants": {"code": "c", "unit": "g"}})j",
        "ID;V\nA;10.00%\nB;\"118,248.200\"\nC;13.2 (Uncertain\rX\n");
    BOOST_REQUIRE(reading.observations.size() == 3u);
    BOOST_TEST(reading.observations[0].unit == "%");
    BOOST_TEST(*reading.observations[0].decimal == "10.00");
    BOOST_TEST(*reading.observations[1].decimal == "118248.200");
    BOOST_TEST(reading.observations[1].value == "118,248.200");
    BOOST_TEST(*reading.observations[2].decimal == "13.2");
    BOOST_TEST(reading.observations[2].flags == "(Uncertain");
}

BOOST_AUTO_TEST_CASE(a_file_betrays_its_decimal_sign_or_none_is_guessed) {
    const auto values = [](const std::string& first, const std::string& second) {
        return told(readBy(
            R"j({"decimal": "auto", "delimiter": "tab", "columns": {"specimen": "ID", "value": "V"}, "constants": {"code": "c"}})j",
            "ID\tV\nA\t" + first + "\nB\t" + second + "\n"));
    };
    BOOST_TEST(values("704,986", "2,07") == "A/ c=704.986 \nB/ c=2.07 \n");
    BOOST_TEST(values("704.986", "2") == "A/ c=704.986 \nB/ c=2 \n");
    BOOST_TEST(values("704,986", "1,250") == "A/ c=? \nB/ c=? \n");
    BOOST_TEST(values("0,125", "3") == "A/ c=0.125 \nB/ c=3 \n");
    BOOST_TEST(values("0.1", "2,07") == "A/ c=? \nB/ c=? \n");
}

BOOST_AUTO_TEST_CASE(dates_of_a_file_betray_their_order_together) {
    const auto times = [](const std::string& first, const std::string& second) {
        const Reading reading = readBy(
            R"j({"dates": "auto", "columns": {"specimen": "ID", "value": "V", "observed_at": "T"}, "constants": {"code": "c"}})j",
            "ID,V,T\nA,1," + first + "\nB,1," + second + "\n");
        return reading.observations[0].observedAt + " " + reading.observations[1].observedAt;
    };
    BOOST_TEST(times("2/3/2021", "2/18/2021") == "2021-02-03 2021-02-18");
    BOOST_TEST(times("2/3/2021", "18/2/2021") == "2021-03-02 2021-02-18");
    BOOST_TEST(times("2/3/2021", "4/5/2021") == " ");
    BOOST_TEST(times("18/2/2021", "2/18/2021") == " ");
}

BOOST_AUTO_TEST_CASE(a_wrong_part_says_what_is_wrong) {
    for (const std::string json :
         {R"j({"sections": [{"colums": {}}]})j", R"j({"sections": {}})j", R"j({"plate": {"corner": 1}})j",
          R"j({"plate": {"gives": "unit"}})j", R"j({"notes": {"unit": {"row": 0, "column": 1}}})j",
          R"j({"columns": {"unit": {"row": 1, "column": 1}}})j", R"j({"dates": "us"})j",
          R"j({"recognise": {"text": []}})j", R"j({"columns": {"specimen": {"match": "*"}}})j",
          R"j({"columns": {"specimen": {"from": {"from": 1}}}})j", R"j({"kinds": {"x": "blank"}})j",
          R"j({"thousands": "ab"})j", R"j({"header_rows": 0})j", R"j({"header_rows": 9})j", R"j({"only": []})j"}) {
        BOOST_TEST(std::holds_alternative<Finding>(Mapping::parse(json)), json);
    }
    std::string deep = R"j({"header_row": 1})j";
    for (int i = 0; i < 50; ++i) deep = R"j({"sections": [)j" + deep + "]}";
    BOOST_TEST(std::holds_alternative<Finding>(Mapping::parse(deep)));
}

BOOST_AUTO_TEST_CASE(texts_repeated_on_many_rows_cannot_fill_the_memory) {
    std::string bytes = "Long," + std::string(400'000, 'x') + "\nID,V\n";
    for (int i = 0; i < 2'000; ++i) bytes += "A,1\n";
    BOOST_TEST(
        told(readBy(R"j({"header": ["ID"], "columns": {"specimen": "ID", "value": "V"}, "constants": {"code": "c"},
                              "notes": {"operator": "Long"}})j",
                    bytes)) == "too_large");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Plates)

BOOST_AUTO_TEST_CASE(wells_are_rows_of_letters_and_columns_of_numbers) {
    const std::string json =
        R"j({"sections": [{"begin": "Raw Data (*)", "constants": {"code": "A{begin1}"}, "plate": {}}], "notes": {"specimen": "ID1"}})j";
    BOOST_TEST(told(readBy(json, "ID1: P7,\nRaw Data (450),\n,1,2,\nA,0.1,,\nB,0.3,0.4,\nDone,1,2\n")) ==
               "P7/A1 A450=0.1 \nP7/B1 A450=0.3 \nP7/B2 A450=0.4 \n");
    BOOST_TEST(told(readBy(json, "Raw Data (450),\n1,2\nA,B\n")) == "no_section");
}

BOOST_AUTO_TEST_CASE(a_well_may_have_several_lines_and_its_sample_a_plate_of_names) {
    const std::string json = R"j({"delimiter": "tab", "missing": ["?"], "sections": [
        {"plate": {"line": "Well ID", "gives": "specimen"}},
        {"plate": {"except": ["Well ID", "Conc"]}, "constants": {"code": "{line}"}}]})j";
    BOOST_TEST(told(readBy(
                   json, "\t1\t2\nA\tS1\tS2\tWell ID\n\t10\t20\tConc\n\n\t1\t2\nA\t0.5\t0.6\t450\n\t7\t?\t[Conc]\n")) ==
               "S1/A1 450=0.5 \nS2/A2 450=0.6 \nS1/A1 [Conc]=7 \n");
    BOOST_TEST(told(readBy(R"j({"constants": {"specimen": "P", "code": "spot {line}"}, "plate": {}})j",
                           ",1,2\nA,1,2\n,3,4\nC,5,6\n,7,8\n")) ==
               "P/A1 spot 1=1 \nP/A2 spot 1=2 \nP/A1 spot 2=3 \nP/A2 spot 2=4 \nP/C1 spot 1=5 \nP/C2 spot 1=6 \nP/C1 "
               "spot 2=7 \nP/C2 spot 2=8 \n");
}

BOOST_AUTO_TEST_CASE(lines_of_a_well_may_be_blank_where_the_next_letter_shows_how_many_there_are) {
    const std::string json = R"j({"constants": {"specimen": "P", "code": "spot {line}"}, "plate": {}})j";
    BOOST_TEST(told(readBy(json, ",1,2\nA,1,2\n,,\n,3,4\n\nB,5,6\n,,\n,7,8\n\n,Note\n")) ==
               "P/A1 spot 1=1 \nP/A2 spot 1=2 \nP/A1 spot 3=3 \nP/A2 spot 3=4 \nP/B1 spot 1=5 \nP/B2 spot 1=6 \nP/B1 "
               "spot 3=7 \nP/B2 spot 3=8 \n");
    BOOST_TEST(told(readBy(json, ",1,2\nA,1,2\nB,3,4\n\n,Note\n,1,2\nA,5,\n,1,2\nA,,6\n")) ==
               "P/A1 spot 1=1 \nP/A2 spot 1=2 \nP/B1 spot 1=3 \nP/B2 spot 1=4 \nP/A1 spot 1=5 \nP/A2 spot 1=6 \n");
}

BOOST_AUTO_TEST_CASE(plates_have_titles_and_corners_and_may_stand_side_by_side) {
    const std::string json = R"j({"constants": {"specimen": "{title}", "code": "{corner} {corner1}"},
        "plate": {"corner": "O*", "except": ["OUT"]}})j";
    const std::string first = "Plate 7\n\nOD,1,2\nA,0.1,0.2\nOUT,1,2\nA,9,9\nOver,1,2\nA,,5\n";
    BOOST_TEST(told(readBy(json, first)) == "Plate 7/A1 OD D=0.1 \nPlate 7/A2 OD D=0.2 \nPlate 7/A2 Over ver=5 \n");
    BOOST_TEST(told(readBy(json, "P1,,,,P2,\nO1,1,2,,O2,1,2\nA,1,2,note,A,3,4\nB,,,,B,5,\n")) ==
               "P1/A1 O1 1=1 \nP1/A2 O1 1=2 \nP2/A1 O2 2=3 \nP2/A2 O2 2=4 \nP2/B1 O2 2=5 \n");
}

BOOST_AUTO_TEST_CASE(lines_may_be_drawn_above_and_below_a_plate) {
    const std::string json = R"j({"constants": {"specimen": "P", "code": "{title}"}, "plate": {}})j";
    BOOST_TEST(
        told(readBy(json, ",Count,,,Size\n\n,1,2,,,1,2\n,___,,,,___\n\nA,1,2,,A,3,4\n,___,,,,___\n,,Note,,\n")) ==
        "P/A1 Count=1 \nP/A2 Count=2 \nP/A1 Size=3 \nP/A2 Size=4 \n");
}

BOOST_AUTO_TEST_CASE(of_several_plates_of_names_each_is_for_the_plates_between_the_one_before_and_it) {
    const std::string json = R"j({"kinds": {"Std*": "calibration"}, "constants": {"code": "OD", "kind": "{specimen}"},
        "notes": {"specimen": "{title}"},
        "sections": [{"plate": {"corner": "Sample", "gives": "specimen"}}, {"plate": {"corner": "OD"}}]})j";
    const Reading reading = readBy(
        json, "P1\nOD,1,2\nA,1,2\nSample,1,2\nA,Std1,Un1\nP2\nOD,1,2\nA,3,4\nSample,1,2\nA,Un2,\nP3\nOD,1,2\nA,5,6\n");
    BOOST_TEST(told(reading) == "Std1/A1 OD=1 \nUn1/A2 OD=2 \nUn2/A1 OD=3 \nP2/A2 OD=4 \nP3/A1 OD=5 \nP3/A2 OD=6 \n");
    BOOST_TEST((reading.observations.at(0).kind == ObservationKind::Calibration));
    BOOST_TEST((reading.observations.at(1).kind == ObservationKind::Sample));
}

BOOST_AUTO_TEST_CASE(where_blanks_part_the_columns_a_value_that_is_missing_moves_no_other) {
    const std::string plate =
        R"j({"delimiter": "blanks", "constants": {"code": "x"}, "notes": {"specimen": {"row": 1, "column": 1}},
        "plate": {}})j";
    BOOST_TEST(
        told(readBy(plate, "Plate of Tuesday\n    1    2\nA   1   2.5 \nB 3 4\n")) ==
        "Plate of Tuesday/A1 x=1 \nPlate of Tuesday/A2 x=2.5 \nPlate of Tuesday/B1 x=3 \nPlate of Tuesday/B2 x=4 \n");
    BOOST_TEST(told(readBy(plate, "P\n    1    2\nA   1   2\nB      4\n")) == "plate_unreadable");
    BOOST_TEST(told(readBy(plate, "P\n    1    2\nA   1   2\nB 3 4 5\n")) == "plate_unreadable");

    const std::string table =
        R"j({"delimiter": "blanks", "columns": {"specimen": "Id", "value": "Conc"}, "constants": {"code": "x"}})j";
    BOOST_TEST(told(readBy(table, "Id   Conc  Note\nS1   1.5    a\nS2\t2.5\tb\n")) == "S1/ x=1.5 \nS2/ x=2.5 \n");
    BOOST_TEST(told(readBy(table, "Id   Conc  Note\nS1          a\n")) == "row_uneven");
    BOOST_TEST(told(readBy(table, "Id   Conc  Note\n S1   1.5    a\n")) == "row_uneven");
    BOOST_TEST(told(readBy(table, "Id   Conc\nS1   1.5\nTotal of 2 rows\n")) == "row_uneven");
}

BOOST_AUTO_TEST_CASE(a_plate_with_numbers_that_no_part_takes_is_warned_of) {
    const auto warnings = [](const std::string& plates, const std::string& bytes) {
        std::string all;
        const std::string json = R"j({"constants": {"specimen": "P", "code": "x"}, "sections": [)j" + plates + "]}";
        for (const Finding& warning : readBy(json, bytes).warnings) {
            all += warning.code + " " + bytes.substr(warning.span.offset, warning.span.length) + "\n";
        }
        return all;
    };
    const std::string bytes = "OD,1,2\nA,1,2\n\nConc,1,2\nA,low,7\n\nConc,1,2\nA,8,9\n\nLayout,1,2\nA,S,T\n";
    const std::string od = R"j({"plate": {"corner": "OD"}})j", conc = R"j({"plate": {"corner": "Conc"}})j";
    BOOST_TEST(warnings(od, bytes) == "plate_unread 7\n");
    BOOST_TEST(warnings(od + "," + conc, bytes).empty());
    // It says so, or it ends before them.
    BOOST_TEST(warnings(R"j({"plate": {"corner": "OD", "except": ["Conc"]}})j", bytes).empty());
    BOOST_TEST(warnings(R"j({"begin": "OD", "end": "Conc", "plate": {"corner": "OD"}})j", bytes).empty());
}

BOOST_AUTO_TEST_CASE(plates_of_1536_wells_may_go_on_with_small_letters) {
    std::string head;
    for (int c = 1; c <= 48; ++c) head += "," + std::to_string(c);
    const std::string json = R"j({"constants": {"specimen": "P", "code": "x"}, "plate": {}})j";
    BOOST_TEST(told(readBy(json, head + "\nA,1\nZ,2\na,3\nf,4\n")) == "P/A1 x=1 \nP/Z1 x=2 \nP/a1 x=3 \nP/f1 x=4 \n");
    BOOST_TEST(told(readBy(json, ",1,2\na,1\nb,2\n")) == "no_section");
}

BOOST_AUTO_TEST_CASE(plates_of_1536_wells_go_to_af48) {
    std::string bytes;
    for (int c = 1; c <= 48; ++c) bytes += "," + std::to_string(c);
    for (int r = 0; r < 32; ++r) {
        bytes += "\n" + (r < 26 ? std::string(1, static_cast<char>('A' + r))
                                : std::string("A") + static_cast<char>('A' + r - 26));
        for (int c = 1; c <= 48; ++c) bytes += "," + std::to_string(r * 48 + c);
    }
    const Reading reading =
        readBy(R"j({"constants": {"specimen": "P", "code": "x"}, "plate": {"corner": ""}})j", bytes);
    BOOST_REQUIRE(reading.observations.size() == 1536u);
    BOOST_TEST(reading.observations.back().position == "AF48");
    BOOST_TEST(*reading.observations.back().decimal == "1536");
}

BOOST_AUTO_TEST_CASE(spectra_become_series_whichever_way_they_lie) {
    const auto series = [](const std::string& json, const std::string& bytes) {
        std::string all;
        static_cast<void>(readDelimited(bytes, mapped(json), [&](Series&& s) {
            all += s.name + " [" + s.xUnit + "]";
            for (std::size_t i = 0; i < s.x.size(); ++i)
                all += " " + std::to_string(s.x[i]).substr(0, 5) + "=" + std::to_string(s.y[i]).substr(0, 4);
            all += "\n";
        }));
        return all;
    };
    BOOST_TEST(series(R"j({"decimal": "auto", "delimiter": "tab", "columns": {"specimen": "ID"},
        "wide": [{"column": "<n>", "code": "A", "series": "absorption_spectrum", "x": "{1}", "x_unit": "nm"}]})j",
                      "ID\t220,5\t221\nYP-1\t0,25\t0,5\nYP-2\tOVER\t0,75\n") ==
               "YP-1 A [nm] 220.5=0.25 221.0=0.50\nYP-2 A [nm] 220.5=nan 221.0=0.75\n");
    BOOST_TEST(
        series(R"j({"constants": {"specimen": "P"}, "wide": [{"column": "*<n>", "code": "OD", "position": "{1}{2}",
        "series": "kinetic", "x": "{Time}"}]})j",
               "Time,A1,B1\n0:02:30,0.5,0.6\n1:00:00,0.7,0.8\n") ==
        "P A1 OD [] 150.0=0.50 3600.=0.70\nP B1 OD [] 150.0=0.60 3600.=0.80\n");
}

BOOST_AUTO_TEST_CASE(curves_of_wells_may_have_a_title_above_and_times_in_words) {
    const std::string json = R"j({"sections": [{"begin": "Cycle *", "end": "End", "transposed": true, "wide": [
        {"column": "*<n>", "code": "{above}", "position": "{1}{2}", "series": "kinetic", "x": "{Time}"}]}]})j";
    const auto series = [&](const std::string& bytes) {
        std::string all;
        const Reading reading = readDelimited(bytes, mapped(json), [&](Series&& s) {
            all += s.name + ":";
            for (const double x : s.x) all += " " + std::to_string(x);
            all += "\n";
        });
        return reading.refused ? reading.refused->code : all;
    };
    BOOST_TEST(series("OD,,\nCycle,1,2\nTime,0 h 3 min,1 h 2 min 30 s\nA1,1,2\nEnd,,\nA2,3,\n"
                      "GFP,,\nCycle,1,2\nTime,20 s,2 h\nB12,1,2\n") ==
               "A1 OD: 180.000000 3750.000000\nB12 GFP: 20.000000 7200.000000\n");
    BOOST_TEST(series("OD,9\nCycle,1,2\nTime,3 min 1 h,7 sec\nA1,1,2\n") == "A1: nan nan\n");
    BOOST_TEST(series("OD\n\nCycle,1,2\nTime,5 h8,h\nA1,1,2\n") == "A1: nan nan\n");
    BOOST_TEST(series("Cycle" + std::string(4096, ',') + "9\nTime,1\nA1,1\n") == "too_large");
}

BOOST_AUTO_TEST_CASE(a_spectrum_may_name_no_sample_and_its_places_betray_the_decimal_sign) {
    const std::string json = R"j({"decimal": "auto", "delimiter": "tab", "header_row": 0,
        "wide": [{"column": 2, "code": "spectrum", "series": "spectrum", "x": "{#1}"}]})j";
    std::string all;
    const Reading reading = readDelimited("178,23\t401,471\n178,61\t-1746,154\n", mapped(json), [&](Series&& s) {
        all = s.name;
        for (std::size_t i = 0; i < s.x.size(); ++i) all += " " + std::to_string(s.x[i]) + "=" + std::to_string(s.y[i]);
    });
    BOOST_TEST(all == "spectrum 178.230000=401.471000 178.610000=-1746.154000");
    BOOST_REQUIRE(reading.warnings.size() == 1u);
    BOOST_TEST(reading.warnings[0].code == "no_specimen");
    BOOST_TEST(told(readBy(R"j({"header_row": 0, "wide": [{"column": 2, "code": "A"}]})j", "1\t2\n")) ==
               "mapping_needed");
}

BOOST_AUTO_TEST_CASE(each_column_may_be_of_a_sample_of_its_own) {
    const std::string json =
        R"j({"header_rows": 2, "header": ["nm"], "end": "", "wide": [{"column": "* A", "code": "A", "specimen": "{1}",
        "series": "absorption_spectrum", "x": "{before}"}]})j";
    std::string all;
    const std::string bytes = "YP-1,,YP-1,,YP-2,\nnm,A,nm,A,nm,A\n300,0.1,400,1E-38,500,0.5\n301,0.2,,,501,inf\n\nYP-1,x\n";
    const Reading reading = readDelimited(bytes, std::get<Mapping>(Mapping::parse(json)), [&](Series&& s) {
        all += s.name + ":";
        for (std::size_t i = 0; i < s.x.size(); ++i) all += " " + std::to_string(s.x[i]) + "=" + std::to_string(s.y[i] * 1e3);
        all += "\n";
    });
    BOOST_TEST(!reading.refused.has_value());
    BOOST_TEST(all ==
               "YP-1 A: 300.000000=100.000000 301.000000=200.000000\nYP-1 A: 400.000000=0.000000\n"
               "YP-2 A: 500.000000=500.000000 501.000000=nan\n");
    BOOST_TEST(told(readBy(R"j({"wide": [{"column": "*", "code": "{before}", "specimen": "{1}"}]})j", "YP-1,YP-2\n3,4\n")) ==
               "YP-1/ =3 \nYP-2/ 3=4 \n");
}

BOOST_AUTO_TEST_CASE(columns_may_be_wells) {
    BOOST_TEST(told(readBy(R"j({"constants": {"specimen": "P"},
        "wide": [{"column": "*<n>", "code": "A{Wavelength}", "position": "{1}{2}"}]})j",
                           "Wavelength,A1,B12\n300,0.5,0.6\n")) == "P/A1 A300=0.5 \nP/B12 A300=0.6 \n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ShippedMappings)

BOOST_AUTO_TEST_CASE(every_one_can_be_read_and_recognises_something) {
    BOOST_TEST(shippedMappings().size() >= 12u);
    for (const ShippedMapping& shipped : shippedMappings()) {
        BOOST_TEST(shipped.mapping.mapsTable(), shipped.name);
        BOOST_TEST((!shipped.mapping.contains.empty() || !shipped.mapping.cells.empty()), shipped.name);
        BOOST_TEST(shippedMapping(shipped.name) == &shipped);
    }
    BOOST_TEST(shippedMapping("no-such-device") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_file_is_read_unasked_by_the_mapping_that_recognises_it) {
    const std::string bytes =
        ",Well,Fluor,Target,Content,Sample,Cq,Starting Quantity (SQ)\n"
        ",A01,FAM,E,Unkn,YP-1,21.25,NaN\n,A02,FAM,E,NTC,water,N/A,NaN\n";
    const Reading reading = read("", bytes);
    BOOST_TEST(reading.mapping == "biorad-cfx-maestro");
    BOOST_REQUIRE(!reading.observations.empty());
    BOOST_TEST(reading.observations[0].code == "Cq FAM E");
    BOOST_TEST(*reading.observations[0].decimal == "21.25");
    BOOST_TEST((reading.observations.back().kind == ObservationKind::Control));
}

BOOST_AUTO_TEST_CASE(a_given_mapping_wins_and_plain_tables_belong_to_none) {
    const std::string bytes =
        ",Well,Fluor,Target,Content,Sample,Cq,Starting Quantity (SQ)\n,A01,FAM,E,Unkn,YP-1,21.25,NaN\n";
    BOOST_TEST(
        readBy(R"j({"columns": {"specimen": "Sample", "value": "Cq"}, "constants": {"code": "x"}})j", bytes).mapping ==
        "");
    for (const std::string plain : {"specimen,code,value,unit\nYP-1,Pb,0.020,mg/kg\n",
                                    "Sample ID,Component,Amount,Unit,Acquired\nYP-1,Pb,0.020,mg/kg,2026-01-05 08:30\n",
                                    "Well,Sample,Cq\nA1,YP-1,20\n", "Date,Sample Name,A260\n1,2,3\n"}) {
        BOOST_TEST(read("csv", plain).mapping == "", plain);
    }
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_throw_under_any_mapping) {
    const std::string seed =
        "Software Version\t3\nPlate Number\tP\nDate\t1/2/2026\nRaw Data (450)\n\t1\t2\nA\t0.5\t>6\tWell ID\n\t\"7\t?\n"
        "Well\tSample Name\tTask\tCT\nA1\tYP\tNTC\t21,5\nDataType:\tMedian\nLocation\tSample\tX\n1(1,A1)\tYP\t5\n";
    std::mt19937 random(20261122);
    for (int round = 0; round < 200; ++round) {
        std::string bytes = seed;
        for (auto changes = random() % 6; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        for (const ShippedMapping& shipped : shippedMappings()) {
            const Reading reading = readDelimited(bytes, shipped.mapping);
            for (const Observation& o : reading.observations)
                BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
            if (reading.refused) BOOST_REQUIRE(reading.observations.empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
