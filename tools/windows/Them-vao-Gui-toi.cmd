@echo off
rem Adds the program to what Explorer offers under "Send to".
"%~dp0python\pythonw.exe" -X utf8 -c "import workbook_tools.page.send_to"
if not %errorlevel%==0 goto broken
start "" "%~dp0python\pythonw.exe" -X utf8 -m workbook_tools.page.send_to
exit
:broken
cls
chcp 65001 >nul
echo.
echo   Không thêm được vào "Gửi tới": cạnh tệp này không có đủ thư mục "python", hoặc có tệp trong đó bị chặn.
echo.
echo   Hãy giải nén cả tệp .zip ra máy (bấm chuột phải vào tệp .zip, chọn "Extract All..."), rồi mở lại tệp này
echo   trong thư mục vừa giải nén.
echo.
pause
exit
