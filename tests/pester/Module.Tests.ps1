BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    $expected = (Import-PowerShellDataFile $Manifest).CmdletsToExport
    $pages = $expected | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module $Manifest
    # Runs a command in a fresh pwsh and returns its lines.
    function Invoke-Fresh([string] $Command) {
        $lines = pwsh -NoProfile -NonInteractive -Command "`$PSStyle.OutputRendering = 'PlainText'; `$ErrorActionPreference = 'Stop'; $Command" 2>&1
        if ($LASTEXITCODE -ne 0) { throw "pwsh ended with $LASTEXITCODE`: $lines" }
        $lines
    }
}

Describe 'The manifest' {
    It 'is valid' {
        { Test-ModuleManifest $Manifest -ErrorAction Stop } | Should -Not -Throw
    }

    It 'exports exactly the cmdlets of the assembly' {
        $types = (Get-Command New-VrrpInstance).ImplementingType.Assembly.GetExportedTypes()
        $inAssembly = $types | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $manifest = (Import-PowerShellDataFile $Manifest).CmdletsToExport
        Compare-Object $manifest $inAssembly | Should -BeNullOrEmpty
        Compare-Object $manifest (Get-Command -Module HaTools).Name | Should -BeNullOrEmpty
    }

    It 'uses approved verbs' {
        $approved = (Get-Verb).Verb
        (Get-Command -Module HaTools).Verb | Where-Object { $_ -notin $approved } | Should -BeNullOrEmpty
    }

    It 'has the version of the assemblies' {
        $assembly = [HaTools.VrrpState].Assembly.GetName().Version
        "$($assembly.Major).$($assembly.Minor).$($assembly.Build)" | Should -Be (Import-PowerShellDataFile $Manifest).ModuleVersion
    }
}

Describe 'Loading' {
    It 'keeps the engine and YamlDotNet out of the default load context' {
        Invoke-Fresh "Import-Module '$Manifest'; `$null = New-HaConfiguration | Export-HaConfiguration -Format Json; [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.ForEach({ `$_.GetName().Name }) -match 'YamlDotNet|HaTools'" |
            Should -Be 'HaTools'
    }

    It 'lives beside another YamlDotNet, of another version, that somebody loaded before' {
        # A stand-in with the same simple name and none of the types: who resolved to it would fail.
        $folder = Join-Path $TestDrive 'clash'
        $null = New-Item -ItemType Directory $folder
        Invoke-Fresh "Add-Type -TypeDefinition 'public static class NotYaml {}' -OutputAssembly '$folder/YamlDotNet.dll'"
        Invoke-Fresh "`$null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath('$folder/YamlDotNet.dll'); Import-Module '$Manifest'; New-HaConfiguration -RouterId a | Export-HaConfiguration -Format Json | ConvertFrom-Json | ForEach-Object routerId" |
            Should -Be 'a'
    }

    It 'exports its cmdlets again after <how>' -ForEach @(
        @{ How = 'Remove-Module and a second import'; Again = 'Remove-Module HaTools; Import-Module' }
        @{ How = 'import with -Force'; Again = 'Import-Module -Force' }
    ) {
        $count = (Import-PowerShellDataFile $Manifest).CmdletsToExport.Count
        Invoke-Fresh "Import-Module '$Manifest'; $Again '$Manifest'; (Get-Command -Module HaTools).Count; (New-HaConfiguration -RouterId again).RouterId" | Should -Be @("$count", 'again')
    }

    It 'can be imported by the path of its psm1, as DSC adapters do' {
        Invoke-Fresh "Import-Module '$Root/module/HaTools.psm1'; (New-HaConfiguration -RouterId x).RouterId" | Should -Be 'x'
    }

    It 'can be imported by name from PSModulePath' {
        $modules = Join-Path $TestDrive 'Modules'
        $null = New-Item -ItemType Directory $modules
        $null = New-Item -ItemType SymbolicLink -Path "$modules/HaTools" -Target $Root
        Invoke-Fresh "`$env:PSModulePath = '$modules'; Import-Module HaTools; (New-HaConfiguration -RouterId x).RouterId" | Should -Be 'x'
    }

    It 'carries hanode' {
        Join-Path $Root 'module/bin/hanode/hanode' | Should -Exist
    }

    It 'loads its formats: tables of at most 110 columns for every type that commands write' {
        $widths = ([xml](Get-Content -Raw "$Root/module/HaTools.Format.ps1xml")).Configuration.ViewDefinitions.View | ForEach-Object {
            $columns = @($_.TableControl.TableHeaders.TableColumnHeader)
            # A column without a width takes what is left; 14 is the least that it is of use with.
            [pscustomobject]@{ Name = $_.Name; Width = ($columns | ForEach-Object { [int]($_.Width ?? 14) } | Measure-Object -Sum).Sum + $columns.Count - 1 }
        }
        $widths | Where-Object Width -GT 110 | Should -BeNullOrEmpty
        foreach ($type in 'HaTools.VrrpState', 'HaTools.HaNodeStatus', 'HaTools.HaChange', 'HaTools.HaEvent', 'HaTools.HaConfigurationDiagnostic') { $widths.Name | Should -Contain $type }
    }

    It 'names in the table of states what is amiss: a fault, adverts that are refused, single addresses' {
        $state = [pscustomobject]@{ PSTypeName = 'HaTools.VrrpState'; Name = 'VI_1'; VirtualAddresses = @('192.0.2.1/24'); Fault = $null; SendFailure = $null; FailedAddresses = @() }
        $state | Out-String -Width 300 | Should -Match '192\.0\.2\.1/24\s*$'
        $state.FailedAddresses = @([pscustomobject]@{ Address = '192.0.2.8/24' }, [pscustomobject]@{ Address = '192.0.2.9/24' })
        $state | Out-String -Width 300 | Should -Match '192\.0\.2\.1/24 \[failed: 192\.0\.2\.8/24 192\.0\.2\.9/24\]'
        $state.SendFailure = 'cannot send adverts'
        $state | Out-String -Width 300 | Should -Match '\[cannot send adverts\]'
        $state.Fault = 'interface eth0 down'
        $state | Out-String -Width 300 | Should -Match '\[interface eth0 down\]'
    }

    It 'shows what each check says, and under a real server that is up what will take it down' {
        $checks = @(
            [pscustomobject]@{ PSTypeName = 'HaTools.IpvsCheckState'; Type = 'https'; Follows = $null; Up = $true; Spoken = $true; Reason = $null; Warning = 'its certificate (CN=a) expires soon'; WeightChange = $null }
            [pscustomobject]@{ PSTypeName = 'HaTools.IpvsCheckState'; Type = 'file'; Follows = 'load'; Up = $false; Spoken = $true; Reason = 'its number is too low'; Warning = $null; WeightChange = -3 }
            [pscustomobject]@{ PSTypeName = 'HaTools.IpvsCheckState'; Type = 'tcp'; Follows = $null; Up = $true; Spoken = $false; Reason = $null; Warning = $null; WeightChange = $null }
        )
        $table = $checks | Out-String -Width 110
        $table | Should -Match 'https\s+True\s+its certificate \(CN=a\) expires soon'
        $table | Should -Match 'file load\s+False\s+-3 its number is too low'
        $table | Should -Match 'tcp\s+True \(\?\)'
        $server = [pscustomobject]@{ PSTypeName = 'HaTools.IpvsRealServerState'; Id = '192.0.2.21:443'; Weight = 1; Up = $true; Since = $null; ActiveConnections = 0; InactiveConnections = 0; Reason = $null; Checks = $checks }
        $server | Out-String -Width 110 | Should -Match 'True.*its certificate \(CN=a\) expires'
        $server.Reason = 'ECONNREFUSED'
        $server | Out-String -Width 110 | Should -Not -Match 'certificate'
    }
}

Describe 'Help of <Name>' -ForEach $pages {
    BeforeAll {
        $help = Get-Help $Name -Full
        $command = Get-Command $Name
        $own = $command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters }
    }

    It 'comes from its page: a synopsis that is not the syntax, a description, an example' {
        $help.Synopsis.Trim() | Should -Not -Match "^\s*$Name"
        ($help.description.Text -join '').Length | Should -BeGreaterThan 30
        @($help.examples.example).Count | Should -BeGreaterThan 0
        @($help.examples.example)[0].code | Should -Match $Name
    }

    It 'describes every parameter, and no other' {
        Compare-Object @($own) @($help.parameters.parameter.name) | Should -BeNullOrEmpty
        foreach ($parameter in $help.parameters.parameter) { ($parameter.description.Text -join '').Length | Should -BeGreaterThan 5 -Because "-$($parameter.name) needs a description" }
    }

    It 'has the syntax of the command' {
        $page = Get-Content -Raw "$Root/docs/cmdlets/$Name.md"
        foreach ($set in $command.ParameterSets) { $page.Contains("`n$Name $set`n") | Should -BeTrue -Because "the page needs the line: $Name $set" }
    }
}
