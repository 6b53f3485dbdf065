namespace Resift.Postgres.Tests;

public sealed class PostgresIndexOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("ä234567890123456789012345678901234567890123456789012345678901234")]
    public void Schema_ThatWouldNotBeKept_IsRefused(string schema) =>
        Assert.Throws<ArgumentException>(() => new PostgresIndexOptions { Schema = schema });

    [Fact]
    public void TablePrefix_ThatLeavesNoRoomForOurNames_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new PostgresIndexOptions { TablePrefix = new('a', 24) });
        var options = new PostgresIndexOptions { TablePrefix = new('a', 23) };
        Assert.InRange(new Tables(options).PassageIndex(long.MaxValue, "metadata").Length, 1, 63 + 2);
    }

    [Fact]
    public void Names_WithQuotes_AreQuoted()
    {
        var tables = new Tables(new() { Schema = "a\"b", TablePrefix = "c\"" });
        Assert.Equal("\"a\"\"b\".\"c\"\"passages_7\"", tables.Passages(7));
    }
}
