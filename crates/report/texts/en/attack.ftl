# Names of ATT&CK techniques, as MITRE writes them; the same in every language.

technique-T1003 = OS Credential Dumping
technique-T1003-001 = OS Credential Dumping: LSASS Memory
technique-T1005 = Data from Local System
technique-T1046 = Network Service Discovery
technique-T1053-005 = Scheduled Task/Job: Scheduled Task
technique-T1059 = Command and Scripting Interpreter
technique-T1059-001 = Command and Scripting Interpreter: PowerShell
technique-T1059-003 = Command and Scripting Interpreter: Windows Command Shell
technique-T1070-001 = Indicator Removal: Clear Windows Event Logs
technique-T1078 = Valid Accounts
technique-T1098-002 = Account Manipulation: Additional Email Delegate Permissions
technique-T1105 = Ingress Tool Transfer
technique-T1114 = Email Collection
technique-T1114-002 = Email Collection: Remote Email Collection
technique-T1136 = Create Account
technique-T1190 = Exploit Public-Facing Application
technique-T1505-003 = Server Software Component: Web Shell
technique-T1505-004 = Server Software Component: IIS Components
technique-T1560-001 = Archive Collected Data: Archive via Utility
technique-T1595-002 = Active Scanning: Vulnerability Scanning
