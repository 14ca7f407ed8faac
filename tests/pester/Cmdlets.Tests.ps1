# Everything that a file can say, cmdlets can: Everything.yaml is built again, record by record, with each record's cmdlet and one argument for each property.

BeforeDiscovery {
    . "$PSScriptRoot/Common.ps1"
    Import-Module $Manifest

    # The cmdlet that makes a record. Records that are not here are arguments themselves: hashtables of their properties.
    $makers = @{
        VrrpInstance     = 'New-VrrpInstance'
        VrrpSyncGroup    = 'New-VrrpSyncGroup'
        ScriptTracker    = 'New-HaTracker'
        FileTracker      = 'New-HaTracker'
        ProcessTracker   = 'New-HaTracker'
        BfdSession       = 'New-HaTracker'
        HaConfiguration  = 'New-HaConfiguration'
        VirtualAddress   = 'New-VrrpAddress'
        RouteEntry       = 'New-VrrpRoute'
        RuleEntry        = 'New-VrrpRule'
        NotifyScripts    = 'New-VrrpNotify'
        VrrpHmac         = 'New-VrrpHmac'
        VirtualInterface = 'New-VrrpVirtualInterface'
        VirtualServer    = 'Add-IpvsService'
        VirtualServerGroup = 'New-IpvsServiceGroup'
        RealServer       = 'Add-IpvsRealServer'
        TcpCheck         = 'New-HaHealthCheck'
        HttpCheck        = 'New-HaHealthCheck'
        HttpsCheck       = 'New-HaHealthCheck'
        DnsCheck         = 'New-HaHealthCheck'
        SmtpCheck        = 'New-HaHealthCheck'
        MiscCheck        = 'New-HaHealthCheck'
        FileCheck        = 'New-HaHealthCheck'
        BfdCheck         = 'New-HaHealthCheck'
        PingCheck        = 'New-HaHealthCheck'
        UdpCheck         = 'New-HaHealthCheck'
    }

    # Properties whose parameter has another name, each with the reason.
    $renamed = @{
        'ProcessTracker.Command'      = 'Process'          # -Command is a script's command line
        'HaConfiguration.Scripts'     = 'Tracker'          # one parameter for all that New-HaTracker makes
        'HaConfiguration.Files'       = 'Tracker'
        'HaConfiguration.Processes'   = 'Tracker'
        'HaConfiguration.BfdSessions' = 'Tracker'
        'VirtualServer.Address'       = 'VirtualAddress'   # ADDRESS:PORT is one thing for who writes it
        'VirtualServer.Port'          = 'VirtualAddress'
        'VirtualServer.Forwarding'    = 'ForwardingMethod'
        'RealServer.Forwarding'       = 'ForwardingMethod'
        'RealServer.Checks'           = 'HealthCheck'
    }

    # Properties without a parameter, each with the reason.
    $without = @{
        'VirtualServer.RealServers' = 'Add-IpvsRealServer adds them'
    }

    $records = [HaTools.HaConfiguration].Assembly.GetExportedTypes() | Where-Object {
        $_.Namespace -eq 'HaTools' -and $_.GetMethod('<Clone>$') -and -not $_.IsAbstract -and $_.Name -notmatch 'State$|Status$|Statistic$|Failure$|^Ha(Change|Event|ConfigurationDiagnostic)$'
    }
    $names = foreach ($record in $records) { $record.GetProperties('Public, Instance') | Where-Object CanWrite | ForEach-Object { "$($record.Name).$($_.Name)" } }
    $ofCmdlets = $records | Where-Object { $makers.Contains($_.Name) } | ForEach-Object {
        $record = $_.Name
        $own = $names | Where-Object { $_ -like "$record.*" -and -not $without.Contains($_) }
        @{ Record = $record; Maker = $makers[$record]; Parameter = @($own | ForEach-Object { $renamed[$_] ?? $_.Split('.')[1] }) }
    }
}

BeforeAll {
    . "$PSScriptRoot/Common.ps1"
    Import-Module $Manifest
    $file = "$PSScriptRoot/Everything.yaml"
    $original = Import-HaConfiguration $file -WarningAction SilentlyContinue

    function Test-Record($Value) { $null -ne $Value -and $Value.GetType().Namespace -eq 'HaTools' -and $Value.GetType().GetMethod('<Clone>$') }
    function Test-List($Value) { $null -ne $Value -and $Value.GetType().Name -eq 'ValueList`1' }

    # The properties that a value has, and those of the values in it, by Record.Property, that are not as a new record has them.
    function Get-Said($Value) {
        if (Test-List $Value) { foreach ($item in $Value) { Get-Said $item }; return }
        if (-not (Test-Record $Value)) { return }
        $type = $Value.GetType()
        $usual = if ($type.GetConstructor([type[]]@())) { [System.Activator]::CreateInstance($type) }
        foreach ($property in $type.GetProperties('Public, Instance') | Where-Object CanWrite) {
            $said = $property.GetValue($Value)
            $default = if ($usual) { $property.GetValue($usual) }
            if (-not [object]::Equals($said, $default)) { "$($type.Name).$($property.Name)" }
            Get-Said $said
        }
    }

    # A value as an argument of a cmdlet: made again, nothing taken over.
    function Build($Value) {
        if ($null -eq $Value) { return $null }
        if (Test-List $Value) { return , @($Value | ForEach-Object { Build $_ }) }
        if ($Value.GetType().Name -in 'SelfFencing', 'NumberRange', 'IPAddress', 'IPNetwork', 'PhysicalAddress', 'DirectRoutingAddress' -or $Value -is [enum]) { return "$Value" }
        if (-not (Test-Record $Value)) { return $Value }
        $name = $Value.GetType().Name
        $arguments = Get-Arguments $Value
        if ($name -eq 'VrrpHmacKey' -and $Value.Secret -notlike 'file:*') { $arguments.Secret = ConvertTo-SecureString $Value.Secret -AsPlainText }
        if ($name -eq 'SslSettings') { $arguments.Password = ConvertTo-SecureString $Value.Password -AsPlainText }
        if ($Value -is [HaTools.HealthCheck]) { $arguments.Type = $Value.Kind }
        if ($maker = $makers[$name]) { & $maker @arguments -ErrorAction Stop -WarningAction SilentlyContinue } else { $arguments }
    }

    function Get-Arguments($Value, [string[]] $Without = @()) {
        $arguments = @{}
        foreach ($property in $Value.GetType().GetProperties('Public, Instance') | Where-Object CanWrite) {
            if ($property.Name -in $Without) { continue }
            $said = $property.GetValue($Value)
            if ($null -eq $said -or ((Test-List $said) -and $said.Count -eq 0)) { continue }
            $arguments[$renamed["$($Value.GetType().Name).$($property.Name)"] ?? $property.Name] = Build $said
        }
        $arguments
    }
}

Describe 'The model and the cmdlets' -ForEach @(@{ makers = $makers; renamed = $renamed }) {
    It '<Maker> has a parameter for every property of <Record>' -ForEach $ofCmdlets {
        $parameters = @((Get-Command $Maker).Parameters.Values | ForEach-Object { $_.Name; $_.Aliases })
        $Parameter | Where-Object { $_ -notin $parameters } | Should -BeNullOrEmpty
    }

    It 'Everything.yaml says every property' -ForEach @(@{ Names = $names }) {
        $said = @(Get-Said $original | Sort-Object -Unique)
        $Names | Where-Object { $_ -notin $said } | Should -BeNullOrEmpty
    }

    It 'cmdlets build what Everything.yaml says' {
        $arguments = @{}
        $trackers = @()
        foreach ($property in [HaTools.HaConfiguration].GetProperties('Public, Instance') | Where-Object CanWrite) {
            $value = $property.GetValue($original)
            if ($property.Name -in 'Scripts', 'Files', 'Processes', 'BfdSessions') { $trackers += Build $value }
            elseif ($property.Name -ne 'VirtualServers' -and $null -ne $value -and -not ((Test-List $value) -and $value.Count -eq 0)) { $arguments[$property.Name] = Build $value }
        }
        $built = New-HaConfiguration @arguments -Tracker $trackers -WarningAction SilentlyContinue -ErrorAction Stop
        foreach ($service in $original.VirtualServers) {
            $own = Get-Arguments $service -Without Address, Port, SorryServer, RealServers
            if ($service.Address) { $own.VirtualAddress = "$($service.Address):$($service.Port)" }
            if ($service.SorryServer) { $own.SorryServer = Get-Arguments $service.SorryServer }
            $built = $built | Add-IpvsService @own -WarningAction SilentlyContinue -ErrorAction Stop
            foreach ($server in $service.RealServers) {
                $own = Get-Arguments $server
                $built = $built | Add-IpvsRealServer @own -WarningAction SilentlyContinue -ErrorAction Stop
            }
        }
        @(Compare-HaConfiguration $original $built | ForEach-Object ToString) | Should -BeNullOrEmpty
        $built.Equals($original) | Should -BeTrue
    }

    It 'an instance, a group, an address, a route and a rule are copied by the pipeline' {
        foreach ($instance in $original.VrrpInstances) {
            ($instance | New-VrrpInstance -WarningAction SilentlyContinue -ErrorAction Stop).Equals($instance) | Should -BeTrue -Because $instance.Name
        }
        foreach ($group in $original.SyncGroups) { ($group | New-VrrpSyncGroup).Equals($group) | Should -BeTrue }
        foreach ($instance in $original.VrrpInstances) {
            foreach ($address in $instance.VirtualAddresses) { ($address | New-VrrpAddress).Equals($address) | Should -BeTrue -Because "$address" }
            foreach ($route in $instance.VirtualRoutes) { ($route | New-VrrpRoute).Equals($route) | Should -BeTrue -Because "$route" }
            foreach ($rule in $instance.VirtualRules) { ($rule | New-VrrpRule).Equals($rule) | Should -BeTrue -Because "$rule" }
        }
        ($original.VrrpInstances[0] | New-VrrpInstance -Priority 90 -WarningAction SilentlyContinue).Priority | Should -Be 90
    }
}
