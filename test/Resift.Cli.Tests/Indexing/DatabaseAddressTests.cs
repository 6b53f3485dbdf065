using Npgsql;

namespace Resift.Cli.Tests.Indexing;

public sealed class DatabaseAddressTests
{
    [Fact]
    public void Read_AllParts_AreWhatTheySay()
    {
        var address = DatabaseAddress.Read(
            "postgresql://an%40na:p%3Aw%2F@db.example:5433/my%20docs?schema=a%22b&prefix=p_&sslmode=Require&passfile=/x", "--store");
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        Assert.Equal(("an@na", "p:w/", "db.example", 5433), (settings.Username, settings.Password, settings.Host, settings.Port));
        Assert.Equal(("my docs", SslMode.Require, "/x"), (settings.Database, settings.SslMode, settings.Passfile));
        Assert.Equal(("a\"b", "p_"), (address.Schema, address.TablePrefix));
        Assert.Equal("postgres://db.example:5433/my%20docs", $"{address}");
    }

    [Fact]
    public void Read_HostAlone_LeavesTheRestToTheEnvironment()
    {
        var settings = new NpgsqlConnectionStringBuilder(DatabaseAddress.Read("postgres://localhost", "--store").ConnectionString);
        Assert.Equal(("localhost", 5432, null, null, null),
            (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
    }

    [Theory]
    [InlineData("docs.db")]
    [InlineData("mysql://me:s3cr3t@host/docs")]
    [InlineData("postgres://me:s3cr3t@")]
    [InlineData("Host=x;Password=s3cr3t")]
    [InlineData("postgres://me@host/docs?passwrd=s3cr3t")]
    [InlineData("postgres://me@host/docs?Port=s3cr3t")]
    [InlineData("postgres://me:s3cr3t@host:port/docs")]
    public void Read_WhatIsNoAddress_SaysWhatWasExpectedAndNothingSecret(string text)
    {
        var exception = Assert.Throws<UsageException>(() => DatabaseAddress.Read(text, "--store"));
        Assert.Contains("postgres://USER@HOST/DATABASE was expected", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", exception.Message, StringComparison.Ordinal);
    }
}
