// Opens workbooks and saves them in another format: `node save.js JOBS`, a JSON file of [program, source, target]. See ../programs.py.
const fs = require("fs");
const path = require("path");

const programs = {
  sheetjs: async (source, target) => {
    const XLSX = require("xlsx");
    const bookType = path.extname(target).slice(1);
    const book = XLSX.readFile(source, { cellFormula: true, cellNF: true, cellStyles: true });
    XLSX.writeFile(book, target, { bookType: bookType === "xls" ? "biff8" : bookType });
  },
  exceljs: async (source, target) => {
    const ExcelJS = require("exceljs");
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(source);
    await book.xlsx.writeFile(target);
  },
};

(async () => {
  for (const [program, source, target] of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
    await programs[program](source, target);
  }
})();
